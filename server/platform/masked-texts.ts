/** Plain data with every text in it masked, names of members included. Other values, and instances of classes, stay. */
export function maskedTexts<T>(value: T, mask: (text: string) => string): T {
  return walked(value, mask) as T;
}

function walked(value: unknown, mask: (text: string) => string): unknown {
  if (typeof value === 'string') return mask(value);
  if (Array.isArray(value)) return value.map((item) => walked(item, mask));
  if (value instanceof Map) {
    return new Map([...value].map(([key, item]) => [walked(key, mask), walked(item, mask)]));
  }
  if (value instanceof Set) return new Set([...value].map((item) => walked(item, mask)));
  if (typeof value !== 'object' || value === null) return value;
  if (![Object.prototype, null].includes(Object.getPrototypeOf(value))) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [mask(name), walked(item, mask)]),
  );
}
