/** Reads and writes dotted paths of plain JSON; only own keys count, so `__proto__` is harmless. */

export type JsonObject = Record<string, unknown>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value at a path, or null: missing and null are the same. */
export function valueAt(doc: unknown, path: string): unknown {
  let value = doc;
  for (const key of path.split('.')) {
    if (!isObject(value) || !Object.hasOwn(value, key)) return null;
    value = value[key];
  }
  return value ?? null;
}

/** Writes a value; replaces parents that are not objects. */
export function setAt(doc: JsonObject, path: string, value: unknown): void {
  const keys = path.split('.');
  const last = keys.pop() as string;
  let target = doc;
  for (const key of keys) {
    const next = Object.hasOwn(target, key) ? target[key] : undefined;
    if (isObject(next)) {
      target = next;
    } else {
      const made: JsonObject = {};
      target[key] = made;
      target = made;
    }
  }
  target[last] = value;
}

export function unsetAt(doc: JsonObject, path: string): void {
  const keys = path.split('.');
  const last = keys.pop() as string;
  let target = doc;
  for (const key of keys) {
    const next = Object.hasOwn(target, key) ? target[key] : undefined;
    if (!isObject(next)) return;
    target = next;
  }
  delete target[last];
}
