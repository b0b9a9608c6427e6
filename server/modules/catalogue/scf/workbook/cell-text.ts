/** Excel writes characters that XML cannot hold as `_x000D_`, and an underscore that looks like it as `_x005F_`. */
export function unescaped(text: string): string {
  if (!text.includes('_x')) return text;
  return text.replace(/_x([0-9A-Fa-f]{4})_/g, (_, hex) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

/**
 * A number as it was typed: the file holds a binary fraction (`5.0999999999999996`), Excel shows fifteen
 * digits. Zeros at its end are lost: `5.10` was stored as 5.1.
 */
export function numberText(raw: string): string {
  const value = Number(raw);
  return raw.trim() === '' || !Number.isFinite(value) ? raw : String(Number(value.toPrecision(15)));
}

/** 0 for `A`, 26 for `AA`; -1 when it is not a cell reference. */
export function columnOf(reference: string): number {
  let index = 0;
  let letters = 0;
  for (const char of reference) {
    const code = char.charCodeAt(0) - 64;
    if (code < 1 || code > 26) break;
    index = index * 26 + code;
    letters += 1;
    if (letters > 4) break;
  }
  return letters === 0 ? -1 : index - 1;
}

/** `A` for 0. */
export function columnName(index: number): string {
  let name = '';
  for (let rest = index + 1; rest > 0; rest = Math.floor((rest - 1) / 26)) {
    name = String.fromCharCode(65 + ((rest - 1) % 26)) + name;
  }
  return name;
}
