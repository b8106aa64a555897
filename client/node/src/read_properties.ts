const isString = (value: unknown) => typeof value === "string";
const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;

/** What a property can be: in words, and as a test. */
const KINDS = {
  "a string": isString,
  // Spread, so that a hole counts as the undefined that it would be sent as.
  "an array of strings": (value: unknown) =>
    Array.isArray(value) && [...(value as unknown[])].every(isString),
  "a boolean": (value: unknown) => typeof value === "boolean",
  "a number": (value: unknown) => typeof value === "number" && !isNaN(value),
  "an object": isObject,
  // By its shape, since test frameworks bring one of their own.
  "an AbortSignal": (value: unknown) => isObject(value) && "aborted" in value && "addEventListener" in value,
};

/**
 * Returns what `given` has, each property read once; undefined is absent. Throws a TypeError for a value of
 * another kind, null among them, and for an unknown property: a misspelt filter would widen the cancel, a
 * misspelt "tls" would send in plaintext.
 */
export function readProperties<T extends object>(
  what: string,
  given: T,
  kinds: { readonly [Name in keyof T]-?: keyof typeof KINDS },
): T {
  if (!isObject(given)) throw new TypeError(`${what} must be an object`);
  for (const name in given) {
    if (!Object.hasOwn(kinds, name)) throw new TypeError(`${what} has an unknown property "${name}"`);
  }
  const read = {} as T;
  for (const name of Object.keys(kinds) as (keyof T & string)[]) {
    const value = given[name];
    if (value === undefined) continue;
    if (!KINDS[kinds[name]](value)) throw new TypeError(`${what}.${name} must be ${kinds[name]}`);
    read[name] = value;
  }
  return read;
}
