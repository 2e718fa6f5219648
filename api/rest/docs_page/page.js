// Builds the page from the OpenAPI document. An endpoint's inside is made when it is first opened.

import { coloured, curlOf, headersOf, requestOf, send } from "./calling.js";
import { exampleOf, fieldsOf, kindOf, limitsOf, resolve, unwrap, useSchemas } from "./schema.js";

const byId = (id) => document.getElementById(id);
const METHODS = ["get", "post", "put", "patch", "delete"];

function el(tag, given = {}, ...children) {
  const { attributes = {}, ...properties } = given;
  const made = Object.assign(document.createElement(tag), properties);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children.flat().filter((each) => each !== null && each !== undefined));
  return made;
}

// Text in which `backticks` mark code.
const inline = (text) => text.split("`").map((piece, i) => (i % 2 ? el("code", { textContent: piece }) : piece));
const paragraphs = (text) => text.split(/\n\s*\n/).filter(Boolean).map((each) => el("p", {}, inline(each)));

const method = (operation) => el("span", { className: `method ${operation.method.toLowerCase()}`, textContent: operation.method });

// A break is allowed after each slash, and nowhere else.
const pathText = (path) => path.split(/(?<=\/)/).flatMap((piece) => [piece, el("wbr")]);

// --- one endpoint

function fieldList(rows) {
  if (!rows.length) return null;
  return el("ul", { className: "fields" }, rows.map((row) => {
    if (row.heading) return el("li", { className: "or", textContent: row.heading });
    const { schema } = unwrap(row.field);
    const said = row.description || schema.description;
    const isObject = schema.type === "object" || schema.type === "array";
    return el("li", {},
      el("code", { textContent: row.path }),
      el("span", { className: "kind", textContent: kindOf(row.field) }),
      row.required ? el("span", { className: "required", textContent: "required" }) : null,
      el("span", { className: "limits", textContent: limitsOf(row.field).join(" · ") }),
      said && !isObject ? el("p", {}, inline(said)) : null);
  }));
}

const parameterRows = (operation, place) => operation.parameters
  .filter((each) => each.in === place)
  .map((each) => ({ path: each.name, field: each.schema, required: each.required, description: each.description }));

function part(title, ...children) {
  return el("section", { className: "part" }, el("h4", { textContent: title }), children);
}

function said(operation) {
  const parts = [];
  for (const [place, title] of [["path", "In the path"], ["query", "In the query"], ["header", "In a header"]]) {
    const rows = parameterRows(operation, place);
    if (rows.length) parts.push(part(title, fieldList(rows)));
  }
  if (operation.body) {
    const about = unwrap(operation.body.schema).schema.description;
    parts.push(part("In the body", about ? paragraphs(about) : [], fieldList(fieldsOf(operation.body.schema))));
  }
  parts.push(el("details", { className: "answers" }, el("summary", { textContent: "What it answers" }), answers(operation)));
  return parts;
}

function answers(operation) {
  const rows = Object.entries(operation.responses).map(([status, given]) => {
    const response = resolve(given);
    const isGood = status < 300;
    const data = isGood ? resolve(response.content["application/json"].schema).properties.data : null;
    return el("li", { className: isGood ? "good" : "" },
      el("strong", { textContent: status }), " ", inline(response.description),
      data ? [el("p", { className: "kind", textContent: `data: ${kindOf(data)}` }), fieldList(fieldsOf(data))] : null);
  });
  return el("ul", { className: "statuses" }, rows);
}

function openEndpoint(card, operation) {
  const inside = card.querySelector(".inside");
  if (inside.childElementCount) return;
  inside.append(
    el("div", { className: "said" }, paragraphs(operation.more), el("p", { className: "access" }, operation.access), said(operation)),
    tryForm(operation),
  );
}

// --- trying it

function field(operation, name, label, input, hint) {
  input.id = `${operation.operationId}.${name}`;
  return el("div", { className: "field" }, el("label", { htmlFor: input.id }, label), input, hint || null);
}

function parameterField(operation, parameter, inputs) {
  const { schema } = unwrap(parameter.schema);
  const value = parameter.required ? String(exampleOf(parameter.schema) ?? "") : "";
  const choices = schema.enum && parameter.required ? schema.enum : schema.enum && ["", ...schema.enum];
  const input = choices
    ? el("select", {}, choices.map((each) => el("option", { value: each, textContent: each === "" ? "(left out)" : each })))
    : el("input", { value, spellcheck: false, autocomplete: "off", placeholder: schema.default === undefined ? "" : String(schema.default) });
  inputs[parameter.in][parameter.name] = input;
  return field(operation, parameter.name, el("code", { textContent: parameter.name }), input);
}

// crypto.randomUUID is only there on https and localhost; a page may be served otherwise.
function freshKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return `try-${[...bytes].map((each) => each.toString(16).padStart(2, "0")).join("")}`;
}

function idempotencyField(operation, inputs) {
  const input = el("input", { value: freshKey(), spellcheck: false, autocomplete: "off" });
  inputs.header["Idempotency-Key"] = input;
  const renew = el("button", { type: "button", textContent: "New key", onclick: () => { input.value = freshKey(); input.dispatchEvent(new Event("input", { bubbles: true })); } });
  return field(operation, "key", el("code", { textContent: "Idempotency-Key" }), input,
    el("div", { className: "hint" }, renew, " The same key again does nothing twice."));
}

function bodyField(operation, inputs) {
  const { examples } = operation.body;
  const area = el("textarea", { spellcheck: false, rows: 3, autocapitalize: "off" });
  const write = (value) => {
    area.value = JSON.stringify(value, null, 2);
    area.rows = Math.min(area.value.split("\n").length + 1, 24);
    area.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const names = Object.keys(examples);
  write(names.length ? examples[names[0]].value : exampleOf(operation.body.schema));
  inputs.body = area;
  const chosen = names.length < 2 ? null
    : el("select", { ariaLabel: "Example", onchange: (event) => write(examples[event.target.value].value) },
        names.map((name) => el("option", { value: name, textContent: name })));
  return [chosen ? el("div", { className: "field" }, chosen) : null, field(operation, "body", "Body (JSON)", area)];
}

function tryForm(operation) {
  const inputs = { path: {}, query: {}, header: {}, body: null };
  const fields = operation.parameters.map((each) => (each.in === "header" ? idempotencyField(operation, inputs) : parameterField(operation, each, inputs)));
  if (operation.body) fields.push(...bodyField(operation, inputs).filter(Boolean));
  const button = el("button", { type: "submit", className: "send", textContent: "Send" });
  const curl = el("pre", { className: "curl", tabIndex: 0, ariaLabel: "The call as curl" });
  const copy = el("button", { type: "button", textContent: "Copy" });
  const result = { line: el("p", { attributes: { role: "status" } }), more: el("div") };
  result.box = el("div", { className: "result" }, result.line, result.more);
  const form = el("form", { className: "try", ariaLabel: `Try ${operation.method} ${operation.path}`, noValidate: true },
    el("h4", { textContent: "Try it" }), fields, el("div", { className: "act" }, button, el("span", { className: "hint", textContent: "Ctrl + Enter" })), result.box,
    el("div", { className: "written" }, el("h4", { textContent: "As curl" }), copy), curl);

  const asked = () => requestOf(operation, given(operation, inputs));
  const rewrite = () => { try { curl.textContent = curlOf(asked()); } catch (error) { curl.textContent = error.message; } };
  form.addEventListener("input", rewrite);
  byId("who").addEventListener("input", rewrite);
  form.addEventListener("submit", (event) => { event.preventDefault(); run(asked, button, result); });
  form.addEventListener("keydown", (event) => { if ((event.ctrlKey || event.metaKey) && event.key === "Enter") form.requestSubmit(); });
  copy.addEventListener("click", async () => {
    try { await navigator.clipboard.writeText(curl.textContent); copy.textContent = "Copied"; } catch { copy.textContent = "Select it below"; }
    setTimeout(() => { copy.textContent = "Copy"; }, 2000);
  });
  rewrite();
  return form;
}

function given(operation, inputs) {
  const values = (place) => Object.fromEntries(Object.entries(inputs[place]).map(([name, input]) => [name, input.value]));
  const token = byId("token").value.trim();
  const headers = { "x-api-key": byId("key").value.trim(), Authorization: token && operation.takesToken ? `Bearer ${token}` : "" };
  return { path: values("path"), query: values("query"), headers: { ...headers, ...values("header") }, body: inputs.body?.value };
}

async function run(asked, button, result) {
  if (button.disabled) return;
  button.disabled = true;
  result.box.className = "result waiting";
  result.line.textContent = "Asking…";
  try {
    const { response, text, json, ms } = await send(asked());
    result.box.className = `result ${response.ok ? "good" : "bad"}`;
    result.line.textContent = `${response.status} ${response.statusText} in ${ms} ms`;
    result.more.replaceChildren(
      el("ul", { className: "headers" }, headersOf(response).map((line) => el("li", { textContent: line }))),
      el("pre", { tabIndex: 0, ariaLabel: "The answer" }, json === undefined ? text : coloured(json)));
    keepToken(json);
  } catch (error) {
    result.box.className = "result bad";
    result.line.textContent = error.message;
    result.more.replaceChildren();
  } finally {
    button.disabled = false;
  }
}

function keepToken(json) {
  const token = json?.data?.token;
  // A meter's token comes under that name as well; only what login gives has a time to end.
  if (typeof token !== "string" || !json.data.expiresAt) return;
  byId("token").value = token;
  byId("token").dispatchEvent(new Event("input", { bubbles: true }));
  byId("token-said").textContent = "Signed in: the token of that answer is used from now on.";
}

// --- the whole

// What a description says that its summary doesn't.
const beyond = (summary, text) => (text.startsWith(summary) ? text.slice(summary.length).replace(/^\.?\s*/, "") : text);

function operationsOf(api) {
  return Object.entries(api.paths).flatMap(([path, item]) => METHODS.filter((name) => item[name]).map((name) => {
    const operation = item[name];
    const content = operation.requestBody?.content["application/json"];
    const keys = operation.security.map((each) => "token" in each);
    return {
      ...operation, path, method: name.toUpperCase(), tag: operation.tags[0], more: beyond(operation.summary, operation.description),
      body: content && { schema: content.schema, examples: content.examples || {} },
      takesToken: keys.includes(true),
      access: keys.every(Boolean) ? "For a signed-in customer: key and token." : keys.includes(true) ? "For a customer with a token, or a guest with a sessionId." : "For any holder of the key.",
    };
  }));
}

function endpoint(operation) {
  const card = el("details", { className: "endpoint", id: operation.operationId },
    el("summary", {},
      el("h3", {}, method(operation), el("span", { className: "path" }, pathText(operation.path))),
      el("span", { className: "summary" }, inline(operation.summary))),
    el("div", { className: "inside" }));
  card.addEventListener("toggle", () => { if (card.open) openEndpoint(card, operation); });
  return card;
}

function build(api) {
  useSchemas(api);
  const operations = operationsOf(api);
  byId("about").replaceChildren(...paragraphs(api.info.description));
  const groups = api.tags.map(({ name }) => ({ name, id: `section-${name.toLowerCase().replace(/[^a-z]+/g, "-")}`, operations: operations.filter((each) => each.tag === name) }));
  byId("sections").replaceChildren(...groups.map((group) =>
    el("section", { className: "group", id: group.id, attributes: { "aria-labelledby": `${group.id}-title` } },
      el("h2", { id: `${group.id}-title`, textContent: group.name }), group.operations.map(endpoint))));
  byId("contents").replaceChildren(...groups.map((group) =>
    el("details", { className: "contents" },
      el("summary", { textContent: group.name }),
      el("ul", {}, group.operations.map((operation) =>
        el("li", {}, el("a", { href: `#${operation.operationId}`, title: operation.summary }, method(operation), el("span", { className: "path" }, pathText(operation.path)))))))));
  byId("filter").addEventListener("input", () => filter(operations));
  filter(operations);
}

function filter(operations) {
  const words = byId("filter").value.toLowerCase().split(/\s+/).filter(Boolean);
  let count = 0;
  for (const operation of operations) {
    const text = `${operation.method} ${operation.path} ${operation.summary} ${operation.tag}`.toLowerCase();
    const shown = words.every((word) => text.includes(word));
    count += shown;
    byId(operation.operationId).hidden = !shown;
    byId("contents").querySelector(`a[href="#${operation.operationId}"]`).parentElement.hidden = !shown;
  }
  for (const group of document.querySelectorAll(".group, .contents")) {
    group.hidden = !group.querySelector(".endpoint:not([hidden]), li:not([hidden])");
    if (group.matches(".contents")) group.open = words.length > 0;
  }
  byId("found").textContent = words.length ? `${count} of ${operations.length}` : `${operations.length} endpoints`;
}

function goToHash() {
  const card = byId(location.hash.slice(1));
  if (!card?.matches(".endpoint")) return;
  card.open = true;
  card.scrollIntoView();
  card.querySelector("summary").focus({ preventScroll: true });
}

byId("who").addEventListener("submit", (event) => event.preventDefault());
addEventListener("hashchange", goToHash);
try {
  const response = await fetch("/api/openapi.json");
  if (!response.ok) throw new Error(`${response.status} ${response.statusText}`);
  build(await response.json());
  goToHash();
} catch (error) {
  byId("sections").replaceChildren(el("p", { className: "wait", textContent: `The document can't be read: ${error.message}` }));
}
