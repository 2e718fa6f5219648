// A telephone's messages: what it texted, and what came, newest below.

import { $, clock, element, fill, number, read, tell } from "./shared.js";

let sent = []; // what was texted from this page: { text, at }
let seen = null; // how many messages were looked at; null until the first look

export function begin() {
  sent = [];
  seen = null;
  look();
}

export function suggest(text) {
  $("text").value = text;
  $("text").focus();
}

function bubble(message) {
  const item = element("li", message.mine ? "mine" : "");
  item.append(element("div", "", message.text), clock(message.at));
  const code = message.mine ? null : message.text.match(/\b\d{6}\b/);
  if (code) {
    const use = element("button", "", `Use ${code[0]}`);
    use.type = "button";
    use.addEventListener("click", () => document.dispatchEvent(new CustomEvent("code", { detail: { code: code[0] } })));
    item.append(use);
  }
  return item;
}

export async function look() {
  const to = number(), found = await read("/try/outbox", { to });
  if (!found || to !== number()) return;
  const came = found.filter((message) => message.channel === "sms");
  const all = [...came.map((message) => ({ ...message, at: Date.parse(message.at) })), ...sent];
  all.sort((one, other) => one.at - other.at);
  fill($("messages"), `${to} ${all.length}`, () => all.map(bubble));
  $("no-messages").hidden = all.length > 0;
  if (seen === null || $("sms").offsetParent !== null) seen = came.length;
  const unread = came.length - seen;
  $("unread").textContent = unread;
  $("unread").hidden = unread < 1;
}

$("text-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const text = $("text").value.trim();
  if (!text) return;
  $("text").value = "";
  sent.push({ text, at: Date.now(), mine: true });
  await tell("/try/sms", { from: number(), text });
  document.dispatchEvent(new CustomEvent("played"));
});
