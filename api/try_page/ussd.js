// A telephone that plays the gateway: one session a call, all inputs so far joined by "*", one screen back.

import { $, newId, number } from "./shared.js";

const GATEWAY = "/channels/ussd/africastalking";
const CODE = "*920*44#";
const SCREEN = 160;
const IDLE = `Dial ${CODE}`;

const words = $("words"), reply = $("reply"), send = $("send");

let call = null; // { id, code, inputs }

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
    phoneNumber: number(),
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
  document.dispatchEvent(new CustomEvent("played"));
}

function over() {
  call = null;
  expect("Number to dial", "Dial");
  reply.value = CODE;
}

export function hangUp() {
  over();
  words.classList.remove("wait");
  show(IDLE, "Ready", true);
}

function enter() {
  return call ? answer() : dial();
}

function press(key) {
  // The first key of a new number takes the place of the suggested one.
  if (!call && reply.value === CODE) reply.value = "";
  reply.value += key;
}

function wipe() {
  reply.value = reply.value.slice(0, -1);
}

// What comes to a telephone in a call comes by itself.
export function look() {}

export function begin() {
  hangUp();
}

export function suggest(text) {
  reply.value = text;
  reply.focus();
}

// A key of the keyboard where no field has the cursor.
export function typed(event) {
  if (/^[0-9*#]$/.test(event.key)) press(event.key);
  else if (event.key === "Enter" && !event.target.closest("button, a")) enter();
  else if (event.key === "Backspace") wipe();
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
