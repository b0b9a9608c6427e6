import type { Mutation } from './byte-mutations.js';
import { oneOf, type Random, upTo } from './seed.js';

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

/** Stands for a member's second value until the text is written. */
const AGAIN = '\ue000again';
const VALUES: readonly Json[] = [
  ...[null, true, false, 0, -1, 1e308, 2 ** 53, '', ' ', 'x'.repeat(60_000), '\0\u001b]0;t\u0007'],
  ...[
    '\ud800',
    '__proto__',
    'PASS',
    'FAIL',
    'INFO',
    '2026-13-45T99:99:99Z',
    '1970-01-01',
    '9'.repeat(500),
  ],
  ...([[], {}, [[]], [null], { a: { b: 1 } }, ['x', 1, null, {}]] as Json[]),
];
const NAMES = [
  '__proto__',
  'constructor',
  'hasOwnProperty',
  '',
  'a'.repeat(5_000),
  'length',
  '\0',
  '💥',
];

interface Place {
  holder: Json[] | { [name: string]: Json };
  name: string;
}

function placesIn(root: Json): Place[] {
  const found: Place[] = [];
  const visit = (value: Json) => {
    if (typeof value !== 'object' || value === null) return;
    for (const [name, inner] of Object.entries(value)) {
      found.push({ holder: value, name });
      visit(inner);
    }
  };
  visit(root);
  return found;
}

const get = ({ holder, name }: Place) => (holder as Record<string, Json>)[name] as Json;
function set({ holder, name }: Place, value: Json): void {
  Object.defineProperty(holder, name, {
    value,
    enumerable: true,
    configurable: true,
    writable: true,
  });
}

/** A change of the parsed document; `lines`: of one line of JSON Lines. */
function onJson(
  name: string,
  kind: Mutation['kind'],
  change: (places: Place[], random: Random) => void,
): Mutation {
  return {
    name,
    kind,
    apply(bytes, random) {
      const text = bytes.toString('utf8');
      if (text.length > 200_000 || !/^\s*[[{]/.test(text)) return null;
      const lines = text.trimEnd().split('\n');
      const isLines = lines.length > 1 && lines.every((line) => line.startsWith('{'));
      const at = isLines ? upTo(random, lines.length) : 0;
      let root: Json;
      try {
        root = JSON.parse(isLines ? (lines[at] ?? '') : text) as Json;
      } catch {
        return null;
      }
      const places = placesIn(root);
      if (places.length === 0) return null;
      change(places, random);
      const written = JSON.stringify(root, null, random() < 0.5 ? 1 : 0).replaceAll(
        JSON.stringify(AGAIN).slice(0, -1),
        '"',
      );
      if (!isLines) return Buffer.from(written);
      lines[at] = written.replace(/\n */g, '');
      return Buffer.from(lines.join('\n'));
    },
  };
}

export const TREE_MUTATIONS: readonly Mutation[] = [
  onJson('another value', 'other', (places, random) => {
    for (let n = 1 + upTo(random, 3); n > 0; n -= 1) {
      set(oneOf(random, places), oneOf(random, VALUES));
    }
  }),
  onJson('another type of the same value', 'other', (places, random) => {
    const place = oneOf(random, places);
    const value = get(place);
    set(place, oneOf<Json>(random, [[value], { value }, String(value), [[value, value]]]));
  }),
  onJson('remove a member', 'other', (places, random) => {
    const { holder, name } = oneOf(random, places);
    if (Array.isArray(holder)) holder.splice(Number(name), 1);
    else delete holder[name];
  }),
  onJson('rename a member', 'other', (places, random) => {
    const place = oneOf(
      random,
      places.filter(({ holder }) => !Array.isArray(holder)),
    );
    if (!place) return;
    const value = get(place);
    delete (place.holder as Record<string, Json>)[place.name];
    set({ ...place, name: oneOf(random, NAMES) }, value);
  }),
  onJson('a member twice', 'less', (places, random) => {
    const place = oneOf(
      random,
      places.filter(({ holder }) => !Array.isArray(holder)),
    );
    if (!place) return;
    const other = structuredClone(get(oneOf(random, places)));
    set(
      { ...place, name: `${AGAIN}${place.name}` },
      random() < 0.5 ? other : oneOf(random, VALUES),
    );
  }),
  onJson('repeat an entry', 'other', (places, random) => {
    const place = oneOf(
      random,
      places.filter(({ holder }) => Array.isArray(holder)),
    );
    if (!place || !Array.isArray(place.holder)) return;
    const times = oneOf(random, [1, 3, 300]);
    for (let n = 0; n < times; n += 1) place.holder.push(get(place));
  }),
  onJson('exchange two values', 'other', (places, random) => {
    const [one, other] = [oneOf(random, places), oneOf(random, places)];
    const [first, second] = [structuredClone(get(one)), structuredClone(get(other))];
    set(one, second);
    set(other, first);
  }),
  onJson('nest a value deeply', 'other', (places, random) => {
    const place = oneOf(random, places);
    let value = get(place);
    const isList = random() < 0.5;
    for (let n = oneOf(random, [5, 60, 900]); n > 0; n -= 1)
      value = isList ? [value] : { a: value };
    set(place, value);
  }),
];
