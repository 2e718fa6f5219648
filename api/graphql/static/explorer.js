"use strict";

const byId = (id) => document.getElementById(id);
const query = byId("query"), variables = byId("variables"), headers = byId("headers");
const answer = byId("answer"), status = byId("status"), run = byId("run");

const endpoint = location.pathname;
const store = `makola:${endpoint}`;
const MOST_HISTORY = 30;

const SCHEMA = `query Schema {
  __schema {
    queryType { name } mutationType { name }
    types {
      kind name
      fields { name description args { name defaultValue type { ...T } } type { ...T } }
      inputFields { name defaultValue type { ...T } }
      enumValues { name }
      possibleTypes { name }
    }
  }
}
fragment T on __Type { kind name ofType { kind name ofType { kind name ofType { kind name } } } }`;

let types = new Map();

// --- asking

function readObject(field, name) {
  const text = field.value.trim();
  if (!text) return {};
  let value;
  try { value = JSON.parse(text); } catch (error) { throw new Error(`${name}: ${error.message}`); }
  if (value === null || typeof value !== "object" || Array.isArray(value)) throw new Error(`${name} must be a JSON object.`);
  return value;
}

async function ask(document, given = {}, extra = {}) {
  const response = await fetch(endpoint, {
    method: "POST",
    credentials: "same-origin",
    headers: { ...extra, "Content-Type": "application/json", Accept: "application/json" },
    body: JSON.stringify({ query: document, variables: given, operationName: operationAtCursor(document) }),
  });
  return { response, body: await response.json() };
}

// With several operations in the editor, the one that the cursor stands in is run.
function operationAtCursor(document) {
  if (document !== query.value) return undefined;
  const named = [...document.matchAll(/^\s*(?:query|mutation)\s+([_A-Za-z]\w*)/gm)];
  if (named.length < 2) return undefined;
  const before = named.filter((found) => found.index <= query.selectionStart);
  return (before.at(-1) || named[0])[1];
}

async function runQuery() {
  if (run.disabled) return;
  run.disabled = true;
  say("Running…");
  const began = performance.now();
  try {
    const { response, body } = await ask(query.value, readObject(variables, "Variables"), readObject(headers, "Headers"));
    show(body);
    const failed = !response.ok || body.errors;
    say(`${response.status} in ${Math.round(performance.now() - began)} ms`, failed);
    remember();
  } catch (error) {
    say(error.message, true);
  } finally {
    run.disabled = false;
  }
}

function say(text, bad = false) {
  status.textContent = text;
  status.classList.toggle("bad", Boolean(bad));
}

function show(body) {
  const text = JSON.stringify(body, null, 2);
  const pieces = text.split(/("(?:[^"\\]|\\.)*"(?:\s*:)?|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|\b(?:true|false|null)\b)/);
  answer.replaceChildren(...pieces.map((piece, i) => {
    if (i % 2 === 0) return document.createTextNode(piece);
    const span = document.createElement("span");
    span.className = piece.startsWith('"') ? (piece.endsWith(":") ? "key" : "string") : "number";
    span.textContent = piece;
    return span;
  }));
}

// --- what there is

const bare = (type) => { while (type.ofType) type = type.ofType; return type; };
const written = (type) => type.kind === "NON_NULL" ? `${written(type.ofType)}!` : type.kind === "LIST" ? `[${written(type.ofType)}]` : type.name;
const isLeaf = (type) => ["SCALAR", "ENUM"].includes(bare(type).kind);

function selection(name, indent, depth) {
  const type = types.get(name);
  if (type.kind === "UNION") {
    return `{\n${type.possibleTypes.map((each) => `${indent}  ... on ${each.name} ${selection(each.name, indent + "  ", 0)}`).join("\n")}\n${indent}}`;
  }
  const lines = type.fields.filter((field) => isLeaf(field.type)).slice(0, 8).map((field) => `${indent}  ${field.name}`);
  if (depth > 0) {
    for (const field of type.fields.filter((each) => !isLeaf(each.type) && each.args.length === 0).slice(0, 3)) {
      lines.push(`${indent}  ${field.name} ${selection(bare(field.type).name, indent + "  ", depth - 1)}`);
    }
  }
  return `{\n${lines.join("\n") || `${indent}  __typename`}\n${indent}}`;
}

function example(type) {
  if (type.kind === "NON_NULL") return example(type.ofType);
  if (type.kind === "LIST") return [example(type.ofType)];
  const known = types.get(type.name);
  if (known.kind === "ENUM") return known.enumValues[0].name;
  if (known.kind === "INPUT_OBJECT") {
    return Object.fromEntries(known.inputFields.filter((field) => field.type.kind === "NON_NULL").map((field) => [field.name, example(field.type)]));
  }
  return { Int: 1, Float: 1, Boolean: true, ID: "1", JSON: {} }[type.name] ?? "";
}

function write(kind, field) {
  const name = field.name[0].toUpperCase() + field.name.slice(1);
  const needed = field.args.filter((arg) => arg.type.kind === "NON_NULL" || field.args.length <= 2);
  const declared = needed.length ? `(${needed.map((arg) => `$${arg.name}: ${written(arg.type)}`).join(", ")})` : "";
  const passed = needed.length ? `(${needed.map((arg) => `${arg.name}: $${arg.name}`).join(", ")})` : "";
  const body = isLeaf(field.type) ? "" : ` ${selection(bare(field.type).name, "  ", 1)}`;
  query.value = `${kind} ${name}${declared} {\n  ${field.name}${passed}${body}\n}\n`;
  const required = needed.filter((arg) => arg.type.kind === "NON_NULL");
  variables.value = required.length ? JSON.stringify(Object.fromEntries(required.map((arg) => [arg.name, example(arg.type)])), null, 2) : "";
  save();
  query.focus();
}

function listOperations(schema) {
  const wanted = byId("filter").value.toLowerCase();
  const groups = [["query", "Queries", schema.queryType], ["mutation", "Mutations", schema.mutationType]];
  byId("operations").replaceChildren(...groups.filter(([, , root]) => root).flatMap(([kind, title, root]) => {
    const heading = Object.assign(document.createElement("h2"), { textContent: title });
    const list = document.createElement("ul");
    const fields = types.get(root.name).fields.filter((field) => field.name.toLowerCase().includes(wanted));
    for (const field of fields.sort((a, b) => a.name.localeCompare(b.name))) {
      list.append(entry(field.name, field.description || field.name, () => write(kind, field)));
    }
    return fields.length ? [heading, list] : [];
  }));
}

function entry(text, title, act) {
  const item = document.createElement("li");
  const button = Object.assign(document.createElement("button"), { type: "button", textContent: text, title });
  button.addEventListener("click", act);
  item.append(button);
  return item;
}

// --- what was asked before

function load(name, otherwise) {
  try { return JSON.parse(localStorage.getItem(`${store}:${name}`)) ?? otherwise; } catch { return otherwise; }
}

function keep(name, value) {
  try { localStorage.setItem(`${store}:${name}`, JSON.stringify(value)); } catch { /* a private window keeps nothing */ }
}

// Variables and headers hold passwords and tokens, and so may a document: none of that outlives the page.
const SECRET = /password|\bpin\b|\botp\b|token/i;
const save = () => { if (!SECRET.test(query.value)) keep("draft", { query: query.value }); };

function remember() {
  if (SECRET.test(query.value)) return;
  const past = load("history", []).filter((text) => text !== query.value);
  keep("history", [query.value, ...past].slice(0, MOST_HISTORY));
  listHistory();
}

function listHistory() {
  byId("history").replaceChildren(...load("history", []).map((text) =>
    entry(text.replace(/\s+/g, " ").trim(), text, () => { query.value = text; save(); query.focus(); })));
}

// --- hands

run.addEventListener("click", runQuery);
byId("forget").addEventListener("click", () => { keep("history", []); listHistory(); });
query.addEventListener("input", save);
document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key === "Enter") { event.preventDefault(); runQuery(); }
});

// A door that wants credentials shows its schema once they are given.
async function readSchema() {
  try {
    const { response, body } = await ask(SCHEMA, {}, readObject(headers, "Headers"));
    if (response.status === 401) return say(body.errors[0].message, true);
    const schema = body.data.__schema;
    types = new Map(schema.types.map((type) => [type.name, type]));
    byId("filter").oninput = () => listOperations(schema);
    listOperations(schema);
    say("Ready");
  } catch (error) {
    say(`The schema can't be read: ${error.message}`, true);
  }
}

headers.addEventListener("change", () => { if (!types.size) readSchema(); });

const draft = load("draft", {});
query.value = draft.query || "{\n  __typename\n}\n";
listHistory();
readSchema();
