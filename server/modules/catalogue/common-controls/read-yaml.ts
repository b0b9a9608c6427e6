import { JSON_SCHEMA, load } from 'js-yaml';
import { readProof } from '../proof/read-proof.js';

/**
 * Reads a file of the library. Each kind of entry has one form and one pattern:
 * the YAML parser takes three times as long on a cold start. A file that does not fit the patterns
 * goes to the YAML parser as a whole, so authors may use all of YAML; a test compares the two.
 */
export function readYaml(file: string, text: string): unknown {
  for (const { key, starts, entryOf } of FORMS) {
    const at = text.indexOf(`\n${key}:\n${starts}`);
    if (at === -1) continue;
    const body = text.slice(at + key.length + 3).trimEnd();
    const entries = entriesOf(body.slice(starts.length).split(`\n${starts}`), entryOf);
    const head = entries === null ? null : parse(file, text.slice(0, at));
    if (typeof head === 'object' && head !== null) return { ...head, [key]: entries };
  }
  return parse(file, text);
}

/** Quoted without escapes, or plain and certainly text: inside brackets, and alone on a line. */
const INSIDE = '("[^"\\\\\\n]*"|[A-Za-z][^,:#{}[\\]"\\n]*)';
const ALONE = '("[^"\\\\\\n]*"|[A-Za-z][^:#"\\n]*)';

const REQUIREMENT = new RegExp(
  `^${INSIDE}, section: ${INSIDE}, title: ${INSIDE}(?:, (?:groups|baselines): \\[[\\w, ]*\\])?` +
    ', attestation: (true|false)(, tools: true)?(, counted: false)?(?:, formerly: \\[([^[\\]"\\n]+)\\])?' +
    '(?:, parameter: \\{ ([^"\\n]*?\\}) \\})?, controls: \\{(?: ([^{}"\\n]+) )?\\s?\\} \\}$',
);
const LIMIT = /^([a-z][A-Za-z]+): \{ (min|max): ([1-9]\d*) \}$/;
const EDGE = /^([A-Z]{3}-\d[\d.]*): ([a-z]+)$/;

const CONTROL = new RegExp(
  `^${ALONE}\\n    title: ${ALONE}\\n    intent: ${ALONE}\\n    weight: (\\d{1,2})` +
    '\\n    kind: ([a-z_]+)\\n    cadence: ([a-z_]+)' +
    '\\n    keywords: \\[([^[\\]]*)\\](?:\\n    negative: \\[([^[\\]]*)\\])?$',
);
const ITEM = new RegExp(`^${INSIDE}$`);

/** Entries by the text that they start with; `entryOf` returns null when one does not fit. */
const FORMS: { key: string; starts: string; entryOf: (entry: string) => object | null }[] = [
  { key: 'requirements', starts: '  - { id: ', entryOf: requirementOf },
  { key: 'controls', starts: '  - id: ', entryOf: controlOf },
];

function entriesOf(texts: string[], entryOf: (entry: string) => object | null): object[] | null {
  const entries: object[] = [];
  for (const text of texts) {
    const entry = entryOf(text);
    if (entry === null) return null;
    entries.push(entry);
  }
  return entries;
}

function requirementOf(entry: string): object | null {
  const [, id, section, title, attestation, tools, uncounted, former, limits, edges = ''] =
    REQUIREMENT.exec(entry) ?? [];
  if (id === undefined || section === undefined || title === undefined) return null;
  const controls: Record<string, string> = {};
  for (const edge of edges === '' ? [] : edges.trimEnd().split(', ')) {
    const [, controlId, relation] = EDGE.exec(edge) ?? [];
    if (controlId === undefined || relation === undefined || controlId in controls) return null;
    controls[controlId] = relation;
  }
  const parameter = limits === undefined ? undefined : limitsOf(limits);
  const formerly = former === undefined ? undefined : itemsOf(former);
  if (parameter === null || formerly === null) return null;
  return {
    id: textOf(id),
    section: textOf(section),
    title: textOf(title),
    attestation: attestation === 'true',
    ...(tools ? { tools: true } : {}),
    ...(uncounted ? { counted: false } : {}),
    ...(formerly ? { formerly } : {}),
    ...(parameter ? { parameter } : {}),
    controls,
  };
}

function limitsOf(text: string): Record<string, object> | null {
  const limits: Record<string, object> = {};
  for (const each of text.split(/(?<=\}), /)) {
    const [, id, bound, value] = LIMIT.exec(each) ?? [];
    if (id === undefined || bound === undefined || id in limits) return null;
    limits[id] = { [bound]: Number(value) };
  }
  return limits;
}

function controlOf(whole: string): object | null {
  const [entry = '', proof] = whole.split('\n    proof:\n', 2);
  const [, id, title, intent, weight, kind, cadence, words, not] = CONTROL.exec(entry) ?? [];
  if (id === undefined || title === undefined || intent === undefined) return null;
  const keywords = itemsOf(words ?? '');
  const negative = not === undefined ? undefined : itemsOf(not);
  const proved = proof === undefined ? undefined : readProof(proof);
  if (keywords === null || negative === null || proved === null) return null;
  return {
    id: textOf(id),
    title: textOf(title),
    intent: textOf(intent),
    weight: Number(weight),
    kind,
    cadence,
    keywords,
    ...(negative === undefined ? {} : { negative }),
    ...(proved === undefined ? {} : { proof: proved }),
  };
}

function itemsOf(list: string): string[] | null {
  const items = list.split(',').map((item) => item.trim());
  return items.every((item) => ITEM.test(item) && !WORDS.has(item)) ? items.map(textOf) : null;
}

/** Plain words that YAML reads as other types. */
const WORDS = new Set(['true', 'false', 'null']);

function textOf(scalar: string): string {
  return scalar.startsWith('"') ? scalar.slice(1, -1) : scalar.trimEnd();
}

function parse(file: string, text: string): unknown {
  try {
    return load(text, { filename: file, schema: JSON_SCHEMA });
  } catch (cause) {
    throw new Error(`${file}: ${cause instanceof Error ? cause.message : 'not YAML'}`, { cause });
  }
}
