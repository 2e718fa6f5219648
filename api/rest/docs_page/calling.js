// One call: made from the form's fields, sent, shown, and written down for a shell.

// `given` has path, query, headers (of names to values) and body (text, or undefined). Throws what a person should mend.
export function requestOf(operation, given) {
  let path = operation.path;
  for (const [name, value] of Object.entries(given.path)) {
    if (!value) throw new Error(`${name} is needed in the path.`);
    path = path.replace(`{${name}}`, encodeURIComponent(value));
  }
  const query = new URLSearchParams(Object.entries(given.query).filter(([, value]) => value !== ""));
  const headers = Object.fromEntries(Object.entries(given.headers).filter(([, value]) => value !== ""));
  for (const [name, value] of Object.entries(headers)) {
    if (/[^\x20-\x7e]/.test(value)) throw new Error(`${name} can only have printable ASCII characters.`);
  }
  if (given.body !== undefined) {
    headers["Content-Type"] = "application/json";
    try { JSON.parse(given.body); } catch (error) { throw new Error(`The body isn't JSON: ${error.message}`); }
  }
  const asked = query.toString();
  return { method: operation.method, url: path + (asked ? `?${asked}` : ""), headers, body: given.body };
}

const quoted = (text) => `'${text.replaceAll("'", `'\\''`)}'`;

export function curlOf(request) {
  const parts = [`curl -X ${request.method} ${quoted(location.origin + request.url)}`];
  for (const [name, value] of Object.entries(request.headers)) parts.push(`-H ${quoted(`${name}: ${value}`)}`);
  if (request.body !== undefined) parts.push(`-d ${quoted(request.body)}`);
  return parts.join(" \\\n  ");
}

export async function send(request) {
  const began = performance.now();
  const response = await fetch(request.url, {
    method: request.method, headers: request.headers, body: request.body, credentials: "omit", cache: "no-store",
  });
  const text = await response.text();
  const ms = Math.round(performance.now() - began);
  let json;
  try { json = JSON.parse(text); } catch { json = undefined; }
  return { response, text, json, ms };
}

const HEADERS = ["X-Request-Id", "Content-Type", "Retry-After", "Allow"];

export function headersOf(response) {
  return HEADERS.filter((name) => response.headers.has(name)).map((name) => `${name}: ${response.headers.get(name)}`);
}

const PIECES = /("(?:[^"\\]|\\.)*"(?:\s*:)?|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|\b(?:true|false|null)\b)/;
const MOST_COLOURED = 200_000;

// Text nodes and coloured spans: nothing of an answer is ever read as HTML.
export function coloured(value) {
  const text = JSON.stringify(value, null, 2);
  if (text.length > MOST_COLOURED) return [document.createTextNode(text)];
  return text.split(PIECES).map((piece, i) => {
    if (i % 2 === 0) return document.createTextNode(piece);
    const span = document.createElement("span");
    span.className = piece.startsWith('"') ? (piece.endsWith(":") ? "key" : "string") : "number";
    span.textContent = piece;
    return span;
  });
}
