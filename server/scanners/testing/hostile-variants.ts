import { random32 } from './seeded-random.js';

const MAX_VARIANTS = 24;
/** Only small reports are varied, as the effect of a value does not depend on the others. */
const MAX_BYTES = 120_000;

const LONG = 'x'.repeat(60_000);
const CONTROL = 'a\u001b]0;title\u0007b\u202ec\u0085d';

/** The report with one value replaced by something no tool should write. */
export function* hostileVariants(bytes: Buffer): Iterable<string> {
  if (bytes.length > MAX_BYTES) return;
  const text = bytes.toString('utf8');
  const places = valuesIn(text);
  for (let n = 0; n < MAX_VARIANTS && places.length > 0; n += 1) {
    const place = places[random32(7, n, 1) % places.length];
    if (!place) continue;
    const value = [LONG, CONTROL, '', '__proto__', `${LONG}${CONTROL}`][n % 5] ?? '';
    yield `${text.slice(0, place.start)}${place.write(value)}${text.slice(place.end)}`;
  }
}

interface Place {
  start: number;
  end: number;
  write(value: string): string;
}

/** The positions of texts that are values: of JSON members, XML attributes, or table cells. */
function valuesIn(text: string): Place[] {
  if (/^\s*[[{]/.test(text)) {
    return found(text, /(?<=[:[,]\s*)"(?:[^"\\]|\\.)*"(?!\s*:)/g, (value) => JSON.stringify(value));
  }
  if (/^\s*</.test(text)) {
    // XML forbids control characters: a parser stops at them.
    return found(text, /(?<==")[^"<>]*(?=")/g, (value) => value.replace(/\p{C}/gu, ' '));
  }
  const header = text.search(/[\r\n]/);
  return found(text, /(?<=;)[^;"\r\n]+(?=;)/g, (value) => value).filter(
    ({ start }) => start > header,
  );
}

function found(text: string, pattern: RegExp, write: Place['write']): Place[] {
  return [...text.matchAll(pattern)].map(({ index, 0: match }) => ({
    ...{ start: index, end: index + match.length, write },
  }));
}
