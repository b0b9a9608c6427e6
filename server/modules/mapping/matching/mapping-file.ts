import { JSON_SCHEMA, load } from 'js-yaml';
import { z } from 'zod';
import { Relation } from '../../../../contract/compliance.js';

/** The format of the files in `catalogue/mappings`. See the README there. */

const text = z.string().min(1);
const patterns = z.array(text.max(200).regex(/[^*?]/, 'matches everything')).min(1);
const ControlId = z.string().regex(/^[A-Z]{3}-\d\d(\.\d{1,2})?$/);
/** One relation with its reason in one line: `{ subset: … }`; `finds`: a find shows the search that is asked for. */
const Because = z
  .partialRecord(z.enum([...Relation.options, 'finds']), text.max(200))
  .refine((edge) => Object.keys(edge).length === 1, 'one relation with its reason');
const Controls = z.record(ControlId, Because);
/** Of `catalogue/parameters.yaml`. */
const ParameterId = z.string().regex(/^[a-z][A-Za-z]+$/);

export const TopicsFile = z.strictObject({
  topics: z.array(
    z.strictObject({
      id: z.string().regex(/^[a-z0-9-]+$/),
      tests: text.max(200),
      controls: Controls,
      words: z.array(text),
      unless: z.array(text).optional(),
    }),
  ),
});
export type TopicsFile = z.infer<typeof TopicsFile>;

const Rule = z
  .strictObject({
    checks: patterns.optional(),
    services: z.array(text).min(1).optional(),
    categories: patterns.optional(),
    resourceTypes: patterns.optional(),
    titles: patterns.optional(),
    tests: z.array(text).default([]),
    /** The numbers that a pass shows at least (or at most): `{ passwordMinLength: 14 }`. */
    states: z.record(ParameterId, z.number().positive()).optional(),
    controls: Controls.default({}),
    /** Checks that must pass in the same account, or a pass says nothing: a detector that is on. */
    needs: z.array(text).min(1).optional(),
    /** What the checks do not see, so that a pass says nothing and a fail is true. */
    misses: text.max(200).optional(),
  })
  .refine(
    ({ checks, services, categories, resourceTypes, titles }) =>
      checks ?? services ?? categories ?? resourceTypes ?? titles,
    'selects no checks',
  )
  .refine(
    ({ tests, controls }) => tests.length + Object.keys(controls).length > 0,
    'names no topic or control',
  );

export const RulesFile = z.strictObject({
  tools: z.array(text).min(1),
  providers: z.array(text).min(1).optional(),
  services: z.array(text).min(1).optional(),
  checks: patterns.optional(),
  rules: z.array(Rule).min(1),
});
export type RulesFile = z.infer<typeof RulesFile>;

/** Reads and checks a file; an error names it and the entry. */
export function readMappingFile<T>(file: string, source: string, schema: z.ZodType<T>): T {
  const data = readQuickly(source) ?? readYaml(file, source);
  const result = schema.safeParse(data);
  if (result.success) return result.data;
  const problems = result.error.issues
    .slice(0, 5)
    .map(({ path, message }) => `${placeOf(data, path)}: ${message}`);
  throw new Error(`${file}: ${problems.join('; ')}`);
}

function placeOf(data: unknown, path: readonly PropertyKey[]): string {
  let at: unknown = data;
  let place = '';
  for (const key of path) {
    at = typeof at === 'object' && at !== null ? Reflect.get(at, key) : undefined;
    place += typeof key === 'number' ? `[${key}]` : `${place === '' ? '' : '.'}${String(key)}`;
    const [id] = typeof at === 'object' && at !== null ? namesOf(at) : [];
    if (typeof key === 'number' && id !== undefined) place += ` (${id})`;
  }
  return place || 'the file';
}

function namesOf(entry: object): string[] {
  const id: unknown = Reflect.get(entry, 'id');
  const checks: unknown = Reflect.get(entry, 'checks');
  return [id, ...(Array.isArray(checks) ? checks : [])].filter((name) => typeof name === 'string');
}

function readYaml(file: string, source: string): unknown {
  try {
    return load(source, { filename: file, schema: JSON_SCHEMA });
  } catch (cause) {
    throw new Error(`${file}: ${cause instanceof Error ? cause.message : 'not YAML'}`, { cause });
  }
}

const RULES = /\nrules:\n/;
const TOPICS = /^(?:#[^\n]*\n)*topics:\n/;
const ITEM = '(?:"[^"\\\\\\n]*"|[A-Za-z][^,:#{}[\\]"\'&*?|>%@`\\n]*)';
const LIST = new RegExp(`^\\[\\s*(${ITEM}(?:,\\s+${ITEM})*)\\s*\\]$`);
const FIELD = /^([a-zA-Z]+): (\[[^[\]]*\])$/;
const WITH_CONTROLS = /^(.*?)(?:, controls: \{ (.*) \})?$/;
const IN_RULE =
  /(?:^|, )([a-zA-Z]+): (\[[^[\]]*\]|\{[^{}]*\}|"[^"\\\n]*"|[A-Za-z][^,:#{}[\]"'&*?|>%@`\n]*)/g;
const NUMBERS = /^\{ ([a-z][A-Za-z]+: [1-9]\d*(?:, [a-z][A-Za-z]+: [1-9]\d*)*) \}$/;
const TOPIC = new RegExp(
  `^([a-z0-9-]+)\\n    tests: (${ITEM})\\n    controls:\\n((?:      [A-Z][A-Z0-9.-]+: \\{ [a-z]+: ${ITEM} \\}\\n)+)` +
    '    words: (\\[[^[\\]]*\\])(?:\\n    unless: (\\[[^[\\]]*\\]))?$',
);
const ONE_CONTROL = new RegExp(`^([A-Z][A-Z0-9.-]+): \\{ ([a-z]+): (${ITEM}) \\}$`);
const EDGE = new RegExp(`^ {6}([A-Z][A-Z0-9.-]+): \\{ ([a-z]+): (${ITEM}) \\}$`);

/**
 * Entries in the one form that the files use are read by patterns: on a cold start the YAML parser
 * takes several times as long. Null when an entry does not fit; then the YAML parser reads the file.
 */
export function readQuickly(source: string): object | null {
  if (TOPICS.test(source)) return readTopics(source.replace(TOPICS, ''));
  const at = RULES.exec(source);
  return at ? readRules(source.slice(0, at.index), source.slice(at.index + at[0].length)) : null;
}

function readTopics(body: string): object | null {
  const topics: object[] = [];
  for (const entry of `\n${body.trimEnd()}`.split('\n  - id: ').slice(1)) {
    const [, id, tests, edges, words, unless] = TOPIC.exec(entry) ?? [];
    if (id === undefined || tests === undefined || edges === undefined) return null;
    const controls: Record<string, object> = {};
    for (const line of edges.trimEnd().split('\n')) {
      const [, control, relation, reason] = EDGE.exec(line) ?? [];
      if (!control || !relation || reason === undefined || control in controls) return null;
      controls[control] = { [relation]: textOf(reason) };
    }
    const topic = { id, tests: textOf(tests), controls, words: itemsOf(words ?? '') };
    const not = unless === undefined ? undefined : itemsOf(unless);
    if (topic.words === null || not === null) return null;
    topics.push(not === undefined ? topic : { ...topic, unless: not });
  }
  return topics.length === 0 ? null : { topics };
}

function readRules(head: string, body: string): object | null {
  const file: Record<string, unknown> = {};
  for (const line of head.split('\n')) {
    if (line.startsWith('#')) continue;
    const [, key, list] = FIELD.exec(line) ?? [];
    const items = list === undefined ? null : itemsOf(list);
    if (key === undefined || items === null || key in file) return null;
    file[key] = items;
  }
  const rules: object[] = [];
  for (const line of body.trimEnd().split('\n')) {
    const rule = ruleOf(line);
    if (rule === null) return null;
    rules.push(rule);
  }
  return { ...file, rules };
}

function ruleOf(line: string): object | null {
  if (!line.startsWith('  - { ') || !line.endsWith(' }')) return null;
  const [, inside = '', edges] = WITH_CONTROLS.exec(line.slice(6, -2)) ?? [];
  const rule: Record<string, unknown> = {};
  let read = 0;
  for (const [whole, key = '', given = ''] of inside.matchAll(IN_RULE)) {
    const value = fieldOf(given);
    if (value === null || key in rule) return null;
    rule[key] = value;
    read += whole.length;
  }
  if (read !== inside.length) return null;
  if (edges === undefined) return rule;
  const controls: Record<string, object> = {};
  for (const edge of edges.split(/(?<=\}), /)) {
    const [, control, relation, reason] = ONE_CONTROL.exec(edge) ?? [];
    if (!control || !relation || reason === undefined || control in controls) return null;
    controls[control] = { [relation]: textOf(reason) };
  }
  return { ...rule, controls };
}

function fieldOf(given: string): object | string | null {
  if (given.startsWith('{')) return numbersOf(given);
  if (given.startsWith('[')) return itemsOf(given);
  return WORDS.has(given) ? null : textOf(given);
}

function itemsOf(list: string): string[] | null {
  const inside = LIST.exec(list)?.[1];
  if (inside === undefined) return null;
  const items = inside.split(/,\s+/);
  // A comma inside quotes has cut an item in two.
  return items.every((item) => WHOLE.test(item) && !WORDS.has(item)) ? items.map(textOf) : null;
}

function numbersOf(map: string): Record<string, number> | null {
  const inside = NUMBERS.exec(map)?.[1];
  if (inside === undefined) return null;
  const pairs = inside.split(', ').map((pair) => pair.split(': '));
  const numbers = Object.fromEntries(pairs.map(([key = '', value]) => [key, Number(value)]));
  return Object.keys(numbers).length === pairs.length ? numbers : null;
}

const WHOLE = new RegExp(`^${ITEM}$`);
/** Plain words that YAML reads as other types. */
const WORDS = new Set(['true', 'false', 'null']);

function textOf(scalar: string): string {
  return scalar.startsWith('"') ? scalar.slice(1, -1) : scalar.trimEnd();
}
