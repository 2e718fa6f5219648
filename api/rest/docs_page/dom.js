// Making elements. Text is always set as text, so nothing that comes from elsewhere is read as HTML.

export const byId = (id) => document.getElementById(id);

export function el(tag, given = {}, ...children) {
  const { attributes = {}, ...properties } = given;
  const made = Object.assign(document.createElement(tag), properties);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children.flat(Infinity).filter((each) => each !== null && each !== undefined));
  return made;
}

// Text in which `backticks` mark code.
export const inline = (text) => text.split("`").map((piece, i) => (i % 2 ? el("code", { textContent: piece }) : piece));
export const paragraphs = (text) => text.split(/\n\s*\n/).filter(Boolean).map((each) => el("p", {}, inline(each)));

export const method = (operation) => el("span", { className: `method ${operation.method.toLowerCase()}`, textContent: operation.method });

// A break is allowed after each slash, and nowhere else.
export const pathText = (path) => path.split(/(?<=\/)/).flatMap((piece) => [piece, el("wbr")]);
