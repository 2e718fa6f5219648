// Builds the page from the OpenAPI document. An endpoint's inside is made when it is first opened.

import { byId, el, inline, method, paragraphs, pathText } from "./dom.js";
import { fieldsOf, kindOf, limitsOf, resolve, unwrap, useSchemas } from "./schema.js";
import { tryForm } from "./trying.js";

const METHODS = ["get", "post", "put", "patch", "delete"];

// --- one endpoint

function fieldList(rows, { asked = true } = {}) {
  if (!rows.length) return null;
  return el("ul", { className: "fields" }, rows.map((row) => {
    if (row.heading) return el("li", { className: "or", textContent: row.heading });
    const { schema } = unwrap(row.field);
    const said = row.description || schema.description;
    const isObject = schema.type === "object" || schema.type === "array";
    return el("li", {},
      el("code", { textContent: row.path }),
      el("span", { className: "kind", textContent: kindOf(row.field) }),
      asked && row.required ? el("span", { className: "required", textContent: "required" }) : null,
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
      data ? [el("p", { className: "kind", textContent: `data: ${kindOf(data)}` }), fieldList(fieldsOf(data), { asked: false })] : null);
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

// --- the whole

// What a description says that its summary doesn't.
const beyond = (summary, text) => (text.startsWith(summary) ? text.slice(summary.length).replace(/^\.?\s*/, "") : text);

// By whether each way to call takes a token, the usual way first.
const ACCESS = {
  "true": "For a signed-in customer: key and token.",
  "true,false": "For a customer with a token, or a guest with a sessionId.",
  "false,true": "For any holder of the key; who sends a token asks for themselves.",
  "false": "For any holder of the key.",
};

function operationsOf(api) {
  return Object.entries(api.paths).flatMap(([path, item]) => METHODS.filter((name) => item[name]).map((name) => {
    const operation = item[name];
    const content = operation.requestBody?.content["application/json"];
    const keys = operation.security.map((each) => "token" in each);
    return {
      ...operation, path, method: name.toUpperCase(), tag: operation.tags[0], more: beyond(operation.summary, operation.description),
      body: content && { schema: content.schema, examples: content.examples || {} },
      takesToken: keys.includes(true),
      access: ACCESS[keys.join()],
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
