import type { Relation } from '../../../../contract/compliance.js';
import type { Catalogue } from '../../catalogue/index.js';
import { type CheckPattern, patternsOf } from './check-pattern.js';
import { firstWord, type LowerCheck, lower, type MappedCheck } from './mapped-check.js';
import type { RulesFile, TopicsFile } from './mapping-file.js';
import {
  COMPILED_MAPPING,
  type MappingFiles,
  parsed,
  readCompiled,
  readSources,
  SHIPPED,
} from './mapping-sources.js';
import { rejectUnreachable } from './unreachable-rules.js';

/** An edge from what a check tests to a control. */
export interface CuratedEdge {
  controlId: string;
  relation: Relation;
  /** What it finds comes from the search that the control asks for, so a find lowers nothing. */
  finds?: true;
  /** One line, in our words. */
  because: string;
  /** The topic that the check tests; null when the rule names the control itself. */
  topic: Topic | null;
}

export interface Topic {
  id: string;
  /** `whether …`. */
  tests: string;
  edges: readonly CuratedEdge[];
  words: readonly string[];
  unless: readonly string[];
}

export interface CuratedRule {
  /** File and entry: `prowler/aws-storage.yaml: s3_bucket_object_versioning`. */
  name: string;
  edges: readonly CuratedEdge[];
  /** Checks of the tool that must pass in the same account, or its passes say nothing. */
  needs?: readonly string[];
  /** What its checks do not see: their fails count, their passes do not. */
  misses?: string;
  /** The numbers that a pass of its checks shows, by parameter. */
  states?: Readonly<Record<string, number>>;
  /** True if it selects checks by more than tool and service. */
  isSpecific: boolean;
  fits(check: LowerCheck): boolean;
}

interface Part {
  /** Files that name services come before those that name providers, a tool, and any tool. */
  rank: number;
  fits(check: LowerCheck): boolean;
  rules: readonly CuratedRule[];
}

interface Compiled {
  topics: ReadonlyMap<string, Topic>;
  parts: readonly Part[];
}

/**
 * The controls of a check by curated rules. Files are read at once and parsed at first use, so that a start
 * does not wait for unused rules; immutable.
 */
export class CuratedMapping {
  /** sha256 over the files: changes when any rule does. */
  readonly version: string;
  readonly #compile: () => Compiled;
  #compiled: Compiled | undefined;
  #needed: ReadonlySet<string> | undefined;

  constructor(version: string, compile: () => Compiled) {
    this.version = version;
    this.#compile = compile;
  }

  /** Throws an error that names file and entry when a file is invalid; so does `ruleFor`. */
  get topics(): ReadonlyMap<string, Topic> {
    return this.#all.topics;
  }

  /** Checks that rules need beside others. */
  get needed(): ReadonlySet<string> {
    this.#needed ??= new Set(
      this.#all.parts.flatMap(({ rules }) => rules.flatMap(({ needs = [] }) => needs)),
    );
    return this.#needed;
  }

  /** The first matching rule: specific files before general ones, each from the top. */
  ruleFor(given: MappedCheck): CuratedRule | null {
    const check = lower(given);
    if (check.id === '' && check.title === '' && check.categories.length === 0) return null;
    for (const part of this.#all.parts) {
      if (!part.fits(check)) continue;
      const rule = part.rules.find((each) => each.fits(check));
      if (rule) return rule;
    }
    return null;
  }

  get #all(): Compiled {
    this.#compiled ??= this.#compile();
    return this.#compiled;
  }
}

/** The last parsed mapping of this process, for the next load of the same files. */
let kept: { version: string; all: Compiled } | undefined;

/**
 * The mapping of a folder. `hasControl`: whether a control exists. Compiled rules of exactly these files are used
 * instead, since they were validated at build time.
 */
export function loadMapping(
  hasControl: (controlId: string) => boolean,
  folder = SHIPPED,
  { compiled = COMPILED_MAPPING }: { compiled?: string | null } = {},
): CuratedMapping {
  const { version, sources } = readSources(folder);
  return new CuratedMapping(version, () => {
    if (kept?.version === version && areKnown(kept.all, hasControl)) return kept.all;
    const known = compiled === null ? null : readCompiled(compiled, version);
    const all = known ? compiledFrom(known, hasControl) : checked(parsed(sources), hasControl);
    kept = { version, all };
    return all;
  });
}

const ofLibrary = new WeakMap<Catalogue, CuratedMapping>();

/** The mapping of this build to the controls of this library. It is immutable, so cores share it. */
export function shippedMapping(library: Catalogue): CuratedMapping {
  const known = ofLibrary.get(library);
  if (known) return known;
  const mapping = loadMapping((controlId) => library.controls.has(controlId));
  ofLibrary.set(library, mapping);
  return mapping;
}

/** The format of a compiled mapping: the version on the first line, then the files. */
export function compiledMapping(folder = SHIPPED): string {
  const { version, sources } = readSources(folder);
  const files = parsed(sources);
  checked(files, () => true);
  return `${version}\n${JSON.stringify(files)}\n`;
}

function compiledFrom(files: MappingFiles, hasControl: (controlId: string) => boolean): Compiled {
  const topics = topicsOf(files.topics, hasControl);
  const parts = files.rules.map(({ file, given }) => partOf(file, given, topics, hasControl));
  // The sort is stable: equal parts stay in order of file names.
  return { topics, parts: parts.sort((a, b) => b.rank - a.rank) };
}

function checked(files: MappingFiles, hasControl: (controlId: string) => boolean): Compiled {
  const all = compiledFrom(files, hasControl);
  for (const { file, given } of files.rules) rejectUnreachable(file, given.rules);
  return all;
}

function areKnown(
  { topics, parts }: Compiled,
  hasControl: (controlId: string) => boolean,
): boolean {
  const edges = [
    ...[...topics.values()].flatMap((topic) => topic.edges),
    ...parts.flatMap(({ rules }) => rules.flatMap((rule) => rule.edges)),
  ];
  return edges.every(({ controlId }) => hasControl(controlId));
}

function topicsOf(file: TopicsFile, hasControl: (id: string) => boolean): Map<string, Topic> {
  const topics = new Map<string, Topic>();
  for (const { id, tests, controls, words, unless = [] } of file.topics) {
    if (topics.has(id)) throw new Error(`topics.yaml: ${id} is defined twice`);
    const edges: CuratedEdge[] = [];
    const topic: Topic = { id, tests, edges, words, unless };
    edges.push(...edgesOf(`topics.yaml: ${id}`, controls, topic, hasControl));
    topics.set(id, topic);
  }
  return topics;
}

function edgesOf(
  place: string,
  controls: RulesFile['rules'][number]['controls'],
  topic: Topic | null,
  hasControl: (id: string) => boolean,
): CuratedEdge[] {
  return Object.entries(controls).map(([controlId, edge]) => {
    if (!hasControl(controlId)) throw new Error(`${place}: there is no control ${controlId}`);
    const [[relation, because] = []] = Object.entries(edge);
    const how =
      relation === 'finds'
        ? { relation: 'subset' as const, finds: true as const }
        : { relation: relation as Relation };
    return { controlId, ...how, because: because ?? '', topic };
  });
}

function partOf(
  file: string,
  given: RulesFile,
  topics: ReadonlyMap<string, Topic>,
  hasControl: (id: string) => boolean,
): Part {
  const isForAny = given.tools.includes('*');
  const tools = isForAny ? null : setOf(given.tools);
  const providers = setOf(given.providers);
  const services = setOf(given.services);
  const checks = patternsOf(given.checks);
  const fits = ({ tool, provider, service, id, ids }: LowerCheck) =>
    isIn(tools, tool) &&
    isIn(providers, provider) &&
    (!services || services.has(service) || (service === '' && services.has(firstWord(id)))) &&
    matchesAny(checks, ids);
  const rules = given.rules.map((rule, at) => ruleOf(file, at, rule, given, topics, hasControl));
  return { rank: isForAny ? -1 : services ? 2 : providers ? 1 : 0, fits, rules };
}

function ruleOf(
  file: string,
  at: number,
  rule: RulesFile['rules'][number],
  { services: ofFile }: RulesFile,
  topics: ReadonlyMap<string, Topic>,
  hasControl: (id: string) => boolean,
): CuratedRule {
  const selected =
    rule.checks ?? rule.titles ?? rule.categories ?? rule.resourceTypes ?? rule.services;
  const name = `${file}: ${(selected ?? []).slice(0, 3).join(' ')}`;
  const place = `${file}: rules[${at}] (${selected?.[0]})`;
  const edges = rule.tests.flatMap((id) => {
    const topic = topics.get(id);
    if (!topic) throw new Error(`${place}: there is no topic ${id}`);
    return topic.edges;
  });
  if (new Set(rule.tests).size < rule.tests.length) {
    throw new Error(`${place}: names a topic twice`);
  }
  const checks = patternsOf(rule.checks);
  const categories = patternsOf(rule.categories);
  const resourceTypes = patternsOf(rule.resourceTypes);
  const titles = patternsOf(rule.titles);
  const services = setOf(rule.services);
  return {
    name,
    edges: strongestOf([...edges, ...edgesOf(place, rule.controls, null, hasControl)]),
    ...(rule.needs ? { needs: rule.needs } : {}),
    ...(rule.misses ? { misses: rule.misses } : {}),
    ...(rule.states ? { states: rule.states } : {}),
    isSpecific: (selected ?? []).some((pattern) => isSpecific(pattern, ofFile ?? [])),
    fits: (check) =>
      matchesAny(checks, check.ids) &&
      isIn(services, check.service) &&
      matchesAny(categories, check.categories) &&
      matchesAny(resourceTypes, [check.resourceType]) &&
      matchesAny(titles, [check.title]),
  };
}

/** A control once, by its closest relation; the first reason of that relation is kept. */
function strongestOf(edges: readonly CuratedEdge[]): CuratedEdge[] {
  const best = new Map<string, CuratedEdge>();
  for (const edge of edges) {
    const known = best.get(edge.controlId);
    if (!known || CLOSENESS[edge.relation] > CLOSENESS[known.relation]) {
      best.set(edge.controlId, edge);
    }
  }
  return [...best.values()];
}

const CLOSENESS: Record<Relation, number> = { equal: 4, superset: 3, subset: 2, intersects: 1 };

/** Whether a pattern is more specific than a service's name with a wildcard. */
function isSpecific(pattern: string, services: readonly string[]): boolean {
  const literal = pattern.replace(/(?<![*?_-])[*?_-]+$/, '').replace(/^\*+/, '');
  return literal !== '' && !services.includes(literal);
}

function setOf(names: readonly string[] | undefined): ReadonlySet<string> | null {
  return names ? new Set(names.map((name) => name.toLowerCase())) : null;
}

const isIn = (allowed: ReadonlySet<string> | null, value: string) =>
  !allowed || value === '' || allowed.has(value);

const matchesAny = (patterns: readonly CheckPattern[] | null, texts: readonly string[]) =>
  !patterns || texts.some((text) => patterns.some((pattern) => pattern.matches(text)));
