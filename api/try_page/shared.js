// What the three telephones share: who holds them, and asking the market.

export const POLL_MS = 1500;

export const $ = (id) => document.getElementById(id);
export const number = () => $("number").value.trim();

// Not randomUUID, which a page over plain HTTP from another machine does not have.
export function newId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// The JSON at an address, or null where there is none just now; the next look will tell.
export async function read(path, query) {
  try {
    const response = await fetch(`${path}?${new URLSearchParams(query)}`);
    return response.ok ? await response.json() : null;
  } catch {
    return null;
  }
}

export async function tell(path, body) {
  try {
    const headers = { "Content-Type": "application/json" };
    const response = await fetch(path, { method: "POST", headers, body: JSON.stringify(body) });
    return response.ok;
  } catch {
    return false;
  }
}

export function element(name, className, text) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

export function clock(at) {
  const time = element("time", "", new Date(at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" }));
  time.dateTime = new Date(at).toISOString();
  return time;
}

// Puts bubbles into a list where they differ from what is there, and keeps the newest in sight.
export function fill(list, key, bubbles) {
  if (list.dataset.key === key) return false;
  list.dataset.key = key;
  list.replaceChildren(...bubbles());
  const scroller = list.parentElement;
  scroller.scrollTop = scroller.scrollHeight;
  return true;
}
