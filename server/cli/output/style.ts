import picocolors from 'picocolors';

// Texts always carry colours; `Shell` removes them where the output shows none.
const pc = picocolors.createColors(true);

export const { bold, dim, red, yellow, green, cyan } = pc;

/** Colours text by a score's band. */
export function inBand(band: 'green' | 'amber' | 'red' | 'none', text: string): string {
  const paint = { green: pc.green, amber: pc.yellow, red: pc.red, none: pc.dim }[band];
  return paint(text);
}

/** `1,234`. */
export function number(value: number): string {
  return value.toLocaleString('en-US');
}

/** `1 finding`, `2 findings`. */
export function count(value: number, noun: string): string {
  return `${number(value)} ${noun}${value === 1 ? '' : 's'}`;
}

/** Percent with one decimal, or a dash for what does not exist. */
export function percent(value: number | null): string {
  return value === null ? '–' : `${value.toFixed(1)} %`;
}

const COLOUR = new RegExp(`${String.fromCharCode(27)}\\[\\d+m`, 'g');

export function withoutColours(text: string): string {
  return text.replace(COLOUR, '');
}
