// The page: tabs where there is room for one telephone only, and the number that all three belong to.

import { $, POLL_MS } from "./shared.js";
import * as sms from "./sms.js";
import * as telegram from "./telegram.js";
import * as ussd from "./ussd.js";

const phones = { ussd, sms, telegram };
const names = Object.keys(phones);

let last = "ussd"; // where a code that came belongs: the telephone that was typed on

function open(name) {
  for (const each of names) {
    const chosen = each === name, tab = $(`tab-${each}`);
    tab.setAttribute("aria-selected", String(chosen));
    tab.tabIndex = chosen ? 0 : -1;
    $(each).classList.toggle("off", !chosen);
  }
  phones[name].look();
}

// On a wide page nothing is off, and its telephone is only given the cursor.
function show(name, text) {
  open(name);
  phones[name].suggest(text);
}

names.forEach((name, at) => {
  const tab = $(`tab-${name}`);
  tab.addEventListener("click", () => open(name));
  tab.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!step) return;
    const other = names[(at + step + names.length) % names.length];
    open(other);
    $(`tab-${other}`).focus();
  });
});

$("number-form").addEventListener("submit", (event) => event.preventDefault());
$("number").addEventListener("change", () => names.forEach((name) => phones[name].begin()));

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") return ussd.hangUp();
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, [role=tab]")) return undefined;
  return ussd.typed(event);
});
document.addEventListener("code", (event) => show(last, event.detail.code));
document.addEventListener("focusin", (event) => {
  const phone = event.target.closest(".phone");
  if (phone && !event.target.closest("#messages")) last = phone.id;
});
document.addEventListener("played", () => names.forEach((name) => phones[name].look()));
setInterval(() => document.hidden || names.forEach((name) => phones[name].look()), POLL_MS);

names.forEach((name) => phones[name].begin());
