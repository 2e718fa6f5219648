// What a schema of the OpenAPI document says, in words and as an example.

let named = {};

export function useSchemas(document) {
  named = document.components;
}

export function resolve(value) {
  while (value && value.$ref) {
    const [, , kind, name] = value.$ref.split("/");
    value = named[kind][name];
  }
  return value || {};
}

// A schema without the null that it allows; and whether it does.
export function unwrap(schema) {
  const plain = resolve(schema);
  const choices = (plain.anyOf || []).map(resolve);
  const others = choices.filter((each) => each.type !== "null");
  if (choices.length && others.length === 1) return { schema: { ...plain, anyOf: undefined, ...others[0] }, nullable: others.length < choices.length };
  return { schema: plain, nullable: others.length < choices.length };
}

const FORMATS = { uuid: "GUID", "date-time": "time", email: "e-mail address", password: "secret" };

export function kindOf(given) {
  const { schema } = unwrap(given);
  if (schema.anyOf) return schema.anyOf.map(kindOf).join(" or ");
  if (schema.type === "array") return `list of ${kindOf(schema.items || {})}`;
  if (schema.type === "object") return schema.title || "object";
  return FORMATS[schema.format] || schema.type || "anything";
}

// What only the columns of the database end is no limit worth a word.
const FAR = 1e15;
const near = (value) => (value === undefined || Math.abs(value) >= FAR ? undefined : value);

function range(from, to, what) {
  const [least, most, unit] = [near(from), near(to), what ? ` ${what}` : ""];
  if (least === undefined && most === undefined) return [];
  if (least === most) return [`exactly ${least}${unit}`];
  if (most === undefined) return [`at least ${least}${unit}`];
  if (least === undefined) return [`at most ${most}${unit}`];
  return [`${least} to ${most}${unit}`];
}

export function limitsOf(given) {
  const { schema, nullable } = unwrap(given);
  return [
    ...(schema.enum ? [`one of ${schema.enum.map((each) => JSON.stringify(each)).join(", ")}`] : []),
    ...("const" in schema ? [`always ${JSON.stringify(schema.const)}`] : []),
    ...range(schema.minimum, schema.maximum, ""),
    ...(schema.exclusiveMinimum === undefined ? [] : [`more than ${schema.exclusiveMinimum}`]),
    ...(schema.exclusiveMaximum === undefined ? [] : [`less than ${schema.exclusiveMaximum}`]),
    ...range(schema.minLength || undefined, schema.maxLength, "characters"),
    ...range(schema.minItems || undefined, schema.maxItems, "entries"),
    ...(schema.pattern ? [`matches ${schema.pattern}`] : []),
    ...(schema.default === undefined ? [] : [`${JSON.stringify(schema.default)} if left out`]),
    ...(nullable ? ["may be null"] : []),
  ];
}

const MOST_DEPTH = 4;

// The fields of an object, those inside of it with the way to them: products[].productId.
export function fieldsOf(given, before = "", depth = 0) {
  const { schema } = unwrap(given);
  if (schema.anyOf) return schema.anyOf.flatMap((each) => [{ path: "", heading: kindOf(each) }, ...fieldsOf(each, before, depth)]);
  if (schema.type === "array") return fieldsOf(schema.items || {}, `${before}[]`, depth);
  if (schema.type !== "object" || depth > MOST_DEPTH) return [];
  const required = new Set(schema.required || []);
  return Object.entries(schema.properties || {}).flatMap(([name, field]) => {
    const path = before ? `${before}.${name}` : name;
    return [{ path, field, required: required.has(name) }, ...fieldsOf(field, path, depth + 1)];
  });
}

export function exampleOf(given, depth = 0) {
  const { schema } = unwrap(given);
  if (schema.examples?.length) return schema.examples[0];
  if ("const" in schema) return schema.const;
  if (schema.default !== undefined) return schema.default;
  if (schema.enum) return schema.enum[0];
  if (schema.anyOf) return exampleOf(schema.anyOf[0], depth);
  if (schema.type === "array") return depth > MOST_DEPTH ? [] : [exampleOf(schema.items || {}, depth + 1)];
  if (schema.type === "object") {
    const needed = (schema.required || []).filter((name) => schema.properties?.[name]);
    return Object.fromEntries(needed.map((name) => [name, exampleOf(schema.properties[name], depth + 1)]));
  }
  return { string: "", integer: schema.minimum ?? 1, number: schema.minimum ?? 1, boolean: true }[schema.type] ?? null;
}
