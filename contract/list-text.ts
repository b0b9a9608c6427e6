/** Reads a comma-separated list. A comma that belongs to a value is written `\,`, a backslash `\\`. */
export function listFrom(text: string): string[] {
  const values: string[] = [];
  let value = '';
  for (const [part] of text.matchAll(/\\[\\,]|./gs)) {
    if (part === ',') {
      values.push(value);
      value = '';
    } else {
      value += part.length > 1 ? part.slice(1) : part;
    }
  }
  return [...values, value];
}

/** Writes a value so that a list keeps it whole. */
export function listValue(value: string): string {
  return value.replace(/[\\,]/g, '\\$&');
}
