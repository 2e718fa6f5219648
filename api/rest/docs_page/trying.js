// The form in which an endpoint is tried, and what came back.

import { coloured, curlOf, headersOf, requestOf, send } from "./calling.js";
import { byId, el } from "./dom.js";
import { exampleOf, unwrap } from "./schema.js";

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

export function tryForm(operation) {
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
