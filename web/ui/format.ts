const numbers = new Intl.NumberFormat('en');
const percents = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });
const days = new Intl.DateTimeFormat('en', { dateStyle: 'medium' });
const instants = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short' });
const ages = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });

export const count = (value: number): string => numbers.format(value);

/** `1 finding`, `19,441 findings`. */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

export function percent(value: number | null): string {
  return value === null ? '—' : `${percents.format(value)} %`;
}

export const day = (iso: string): string => days.format(new Date(iso));
export const instant = (iso: string): string => instants.format(new Date(iso));

const UNITS = [
  ['year', 365 * 86_400],
  ['month', 30 * 86_400],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
] as const;

/** `3 days ago`, `in 2 months`. */
export function age(iso: string, now = Date.now()): string {
  const seconds = (new Date(iso).getTime() - now) / 1_000;
  const unit = UNITS.find(([, length]) => Math.abs(seconds) >= length);
  return unit ? ages.format(Math.trunc(seconds / unit[1]), unit[0]) : 'just now';
}

export function bytes(value: number): string {
  if (value < 1_000) return `${value} B`;
  const exponent = Math.min(Math.floor(Math.log10(value) / 3), 3);
  return `${percents.format(value / 1_000 ** exponent)} ${['B', 'kB', 'MB', 'GB'][exponent]}`;
}

export function duration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${percents.format(ms / 1_000)} s`;
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} days`;
}

/** `not_assessed` → `Not assessed`. */
export function words(value: string): string {
  const text = value.replaceAll('_', ' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}
