// A telephone that plays the gateway: one session a call, all inputs so far joined by "*", one screen back.
"use strict";

const GATEWAY = "/channels/ussd/africastalking";
const CODE = "*920*44#";
const SCREEN = 160;
const POLL_MS = 2000;
const IDLE = `Dial ${CODE}`;

const $ = (id) => document.getElementById(id);
const words = $("words"), reply = $("reply"), send = $("send"), number = $("number");
const tabs = { dial: $("tab-dial"), sms: $("tab-sms") };

let call = null; // { id, code, inputs }
let seen = null; // how many messages were looked at; null until the first look

function show(text, state, idle = false) {
  words.textContent = text;
  words.classList.toggle("idle", idle);
  $("state").textContent = state;
  $("length").textContent = idle ? "" : `${[...text].length} of ${SCREEN}`;
  words.scrollTop = 0;
}

function expect(label, action) {
  reply.setAttribute("aria-label", label);
  send.textContent = action;
  reply.value = "";
}

// "*920*44*2*1#" calls the service *920*44# with the inputs 2 and 1.
function dialled(text) {
  const base = CODE.slice(0, -1);
  const inside = text.startsWith(`${base}*`) && text.endsWith("#");
  return inside ? { code: CODE, inputs: text.slice(base.length + 1, -1).split("*") } : { code: text, inputs: [] };
}

// Not randomUUID, which a page over plain HTTP from another machine does not have.
function newId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function dial() {
  const text = reply.value.trim() || CODE;
  call = { id: newId(), ...dialled(text) };
  expect("Reply", "Send");
  await ask();
}

async function answer() {
  call.inputs.push(reply.value.trim());
  reply.value = "";
  await ask();
}

async function ask() {
  const asked = call;
  words.classList.add("wait");
  $("state").textContent = "…";
  const form = new URLSearchParams({
    sessionId: asked.id,
    phoneNumber: number.value.trim(),
    networkCode: "99999",
    serviceCode: asked.code,
    text: asked.inputs.join("*"),
  });
  let said;
  try {
    const response = await fetch(GATEWAY, { method: "POST", body: form });
    said = response.ok ? await response.text() : "END Connection problem or invalid MMI code.";
  } catch {
    said = "END No network.";
  }
  if (call !== asked) return; // hung up meanwhile
  words.classList.remove("wait");
  const goesOn = said.startsWith("CON ");
  show(said.slice(4), goesOn ? "In a call" : "Call ended");
  if (!goesOn) over();
  reply.focus();
  look();
}

function over() {
  call = null;
  expect("Number to dial", "Dial");
  reply.value = CODE;
}

function hangUp() {
  over();
  words.classList.remove("wait");
  show(IDLE, "Ready", true);
}

function enter() {
  open("dial");
  return call ? answer() : dial();
}

function press(key) {
  open("dial");
  // The first key of a new number takes the place of the suggested one.
  if (!call && reply.value === CODE) reply.value = "";
  reply.value += key;
}

function wipe() {
  reply.value = reply.value.slice(0, -1);
}

function open(name) {
  for (const [each, tab] of Object.entries(tabs)) {
    const chosen = each === name;
    tab.setAttribute("aria-selected", String(chosen));
    tab.tabIndex = chosen ? 0 : -1;
    $(each).hidden = !chosen;
  }
  if (name === "sms") look();
}

function bubble(message) {
  const item = document.createElement("li"), time = document.createElement("time"), text = document.createElement("div");
  time.dateTime = message.at;
  time.textContent = new Date(message.at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  text.textContent = message.text;
  item.append(time, text);
  const code = message.text.match(/\b\d{6}\b/);
  if (code) {
    const use = document.createElement("button");
    use.type = "button";
    use.textContent = `Use ${code[0]}`;
    use.addEventListener("click", () => {
      open("dial");
      reply.value = code[0];
      reply.focus();
    });
    item.append(use);
  }
  return item;
}

async function look() {
  const to = number.value.trim();
  let found;
  try {
    const response = await fetch(`/try/outbox?${new URLSearchParams({ to })}`);
    if (!response.ok) return;
    found = await response.json();
  } catch {
    return; // the next look will tell
  }
  if (to !== number.value.trim()) return;
  if (seen === null || !$("sms").hidden) seen = found.length;
  if (found.length !== $("messages").children.length) $("messages").replaceChildren(...found.map(bubble));
  $("no-messages").hidden = found.length > 0;
  const unread = found.length - seen;
  $("unread").textContent = unread;
  $("unread").hidden = unread < 1;
}

const doing = { call: enter, wipe, "hang-up": hangUp };

const keys = document.querySelector(".keys");
// A clicked key leaves the focus where it is, so that Enter still sends.
keys.addEventListener("mousedown", (event) => event.preventDefault());
keys.addEventListener("click", (event) => {
  const key = event.target.closest("button");
  if (!key) return;
  if (key.dataset.key) press(key.dataset.key);
  else doing[key.dataset.do]();
});
$("reply-form").addEventListener("submit", (event) => {
  event.preventDefault();
  enter();
});
$("number-form").addEventListener("submit", (event) => event.preventDefault());
number.addEventListener("change", () => {
  seen = null;
  $("messages").replaceChildren();
  hangUp();
  look();
});
for (const [name, tab] of Object.entries(tabs)) {
  tab.addEventListener("click", () => open(name));
  tab.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
    const other = name === "dial" ? "sms" : "dial";
    open(other);
    tabs[other].focus();
  });
}
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") return hangUp();
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input")) return undefined;
  if (/^[0-9*#]$/.test(event.key)) press(event.key);
  else if (event.key === "Enter" && !event.target.closest("button, a")) enter();
  else if (event.key === "Backspace") wipe();
  return undefined;
});
setInterval(() => document.hidden || look(), POLL_MS);

hangUp();
look();
