// A chat like Telegram's, played on the stand-in of its Bot API: bubbles, buttons below them, and the button that shares a number.

import { $, element, fill, number, read, tell } from "./shared.js";

// One chat a number: its digits.
const chat = () => Number(number().replace(/\D/g, "").slice(0, 15)) || 1;

export function begin() {
  $("bubbles").dataset.key = "";
  look();
}

export function suggest(text) {
  $("chat-text").value = text;
  $("chat-text").focus();
}

async function act(action) {
  $("bubbles").classList.add("wait");
  await tell("/try/telegram", { chat_id: chat(), ...action });
  // The answer comes by way of a worker.
  for (const ms of [150, 250, 400, 600]) {
    await new Promise((done) => setTimeout(done, ms));
    if (await look()) break;
  }
  $("bubbles").classList.remove("wait");
  document.dispatchEvent(new CustomEvent("played"));
}

function button(label, action) {
  const made = element("button", "", label);
  made.type = "button";
  made.addEventListener("click", () => act(action));
  return made;
}

function bubble(message, newest) {
  const item = element("li", message.from === "bot" ? "" : "mine");
  if (message.has_photo) item.append(element("p", "picture", "Picture"));
  item.append(element("div", "", message.text || "…"));
  if (message.buttons.length) {
    const keyboard = element("div", "keyboard");
    for (const row of message.buttons) {
      const line = element("div", "row");
      line.append(...row.map((label) => button(label, { press: label, message_id: message.message_id })));
      keyboard.append(line);
    }
    keyboard.classList.toggle("old", !newest);
    item.append(keyboard);
  }
  return item;
}

export async function look() {
  const found = await read("/try/chat", { chat_id: chat() });
  if (!found || found.chat_id !== chat()) return false;
  const last = found.messages.length - 1;
  const changed = fill($("bubbles"), JSON.stringify(found), () => found.messages.map((each, at) => bubble(each, at === last)));
  $("no-chat").hidden = last >= 0;
  $("toast").textContent = found.toast || "";
  $("toast").hidden = !found.toast;
  const asked = last >= 0 && found.messages[last].from === "bot" && !found.messages[last].buttons.length;
  $("share").hidden = !(asked && found.keyboard.length);
  return changed;
}

$("start").addEventListener("click", () => act({ text: "/start" }));
$("share").addEventListener("click", () => act({ contact: number() }));
$("chat-form").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = $("chat-text").value.trim();
  $("chat-text").value = "";
  if (text) act({ text });
});
