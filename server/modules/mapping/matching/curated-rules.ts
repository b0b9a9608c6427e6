import type { Relation } from '../../../../contract/compliance.js';
import { CheckPattern } from './check-pattern.js';
import { firstWord, type LowerCheck } from './mapped-check.js';
import type { RulesFile, TopicsFile } from './mapping-file.js';

/** A line from what a check tests to a control. */
export interface CuratedEdge {
  controlId: string;
  relation: Relation;
  /** One line, in our words. */
  because: string;
  /** What the check tests; null when the rule names the control itself. */
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
  /** Says more of the check than its tool and service. */
  isSpecific: boolean;
  fits(check: LowerCheck): boolean;
}

interface Part {
  /** Files that name services come before those that name providers, a tool, and any tool. */
  rank: number;
  fits(check: LowerCheck): boolean;
  rules: readonly CuratedRule[];
}

export interface CuratedRules {
  topics: ReadonlyMap<string, Topic>;
  parts: readonly Part[];
}

/** What the files of a folder hold, valid each by itself. */
export interface MappingFiles {
  topics: TopicsFile;
  rules: readonly { file: string; given: RulesFile }[];
}

/** Throws when a file names a topic or a control that does not exist. */
export function rulesOf(files: MappingFiles, knows: (controlId: string) => boolean): CuratedRules {
  const topics = topicsOf(files.topics, knows);
  const parts = files.rules.map(({ file, given }) => partOf(file, given, topics, knows));
  // The sort is stable: of equals by the files' names.
  return { topics, parts: parts.sort((a, b) => b.rank - a.rank) };
}

function topicsOf(file: TopicsFile, knows: (id: string) => boolean): Map<string, Topic> {
  const topics = new Map<string, Topic>();
  for (const { id, tests, controls, words, unless = [] } of file.topics) {
    if (topics.has(id)) throw new Error(`topics.yaml: ${id} is there twice`);
    const edges: CuratedEdge[] = [];
    const topic: Topic = { id, tests, edges, words, unless };
    edges.push(...edgesOf(`topics.yaml: ${id}`, controls, topic, knows));
    topics.set(id, topic);
  }
  return topics;
}

function edgesOf(
  place: string,
  controls: RulesFile['rules'][number]['controls'],
  topic: Topic | null,
  knows: (id: string) => boolean,
): CuratedEdge[] {
  return Object.entries(controls).map(([controlId, edge]) => {
    if (!knows(controlId)) throw new Error(`${place}: there is no control ${controlId}`);
    const [[relation, because] = []] = Object.entries(edge);
    return { controlId, relation: relation as Relation, because: because ?? '', topic };
  });
}

function partOf(
  file: string,
  given: RulesFile,
  topics: ReadonlyMap<string, Topic>,
  knows: (id: string) => boolean,
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
  const rules = given.rules.map((rule, at) => ruleOf(file, at, rule, given, topics, knows));
  return { rank: isForAny ? -1 : services ? 2 : providers ? 1 : 0, fits, rules };
}

function ruleOf(
  file: string,
  at: number,
  rule: RulesFile['rules'][number],
  { services: ofFile }: RulesFile,
  topics: ReadonlyMap<string, Topic>,
  knows: (id: string) => boolean,
): CuratedRule {
  const said = rule.checks ?? rule.titles ?? rule.categories ?? rule.resourceTypes ?? rule.services;
  const name = `${file}: ${(said ?? []).slice(0, 3).join(' ')}`;
  const place = `${file}: rules[${at}] (${said?.[0]})`;
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
    edges: strongestOf([...edges, ...edgesOf(place, rule.controls, null, knows)]),
    isSpecific: (said ?? []).some((pattern) => saysMore(pattern, ofFile ?? [])),
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

/** An entry that comes too late is a mistake: an earlier one takes all that it could match. */
export function rejectUnreachable(file: string, rules: RulesFile['rules']): void {
  const exact = new Map<string, CheckPattern>();
  const wild: CheckPattern[] = [];
  rules.forEach((rule, at) => {
    const own = { exact: new Map<string, CheckPattern>(), wild: [] as CheckPattern[] };
    for (const pattern of patternsOf(rule.checks) ?? []) {
      const key = pattern.text.toLowerCase();
      const by =
        exact.get(key) ??
        own.exact.get(key) ??
        [...wild, ...own.wild].find((earlier) => earlier.covers(pattern));
      if (by) {
        throw new Error(
          `${file}: rules[${at}] (${pattern.text}) is never reached: ${by.text} comes before it`,
        );
      }
      if (pattern.isExact) own.exact.set(key, pattern);
      else own.wild.push(pattern);
    }
    const { services, categories, resourceTypes, titles } = rule;
    if (services ?? categories ?? resourceTypes ?? titles) return;
    for (const [key, pattern] of own.exact) exact.set(key, pattern);
    wild.push(...own.wild);
  });
}

/** More than the name of a service with whatever follows it. */
function saysMore(pattern: string, services: readonly string[]): boolean {
  const literal = pattern.replace(/[*?_-]+$/, '').replace(/^\*+/, '');
  return literal !== '' && !services.includes(literal);
}

function setOf(names: readonly string[] | undefined): ReadonlySet<string> | null {
  return names ? new Set(names.map((name) => name.toLowerCase())) : null;
}

function patternsOf(texts: readonly string[] | undefined): CheckPattern[] | null {
  return texts ? texts.map((each) => new CheckPattern(each)) : null;
}

const isIn = (allowed: ReadonlySet<string> | null, value: string) =>
  !allowed || value === '' || allowed.has(value);

const matchesAny = (patterns: readonly CheckPattern[] | null, texts: readonly string[]) =>
  !patterns || texts.some((text) => patterns.some((pattern) => pattern.matches(text)));
