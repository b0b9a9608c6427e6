import { createHash } from 'node:crypto';
import type { ControlSnapshot, FrameworkScore, Judging, TeamState } from './team-state.js';

/** A piece of a state, named by its content: snapshots share equal pieces. */
export interface StatePart {
  /** `controls/IAC`, `framework/iso-27001-2022`, `attestations`, `judging`, `results/prowler/aws/111`. */
  key: string;
  /** SHA-256 of the text. */
  hash: string;
  text: string;
}

export interface Manifest {
  /** SHA-256 over rule version, keys and hashes. */
  hash: string;
  ruleVersion: string;
  parts: readonly { key: string; hash: string }[];
}

const CONTROLS = 'controls/';
const FRAMEWORK = 'framework/';
const ATTESTATIONS = 'attestations';
const JUDGING = 'judging';
/** Its presence shows that the state has stored its results, though there may be none. */
const RESULTS = 'results';

/** Split by control domain, by framework and by account, so that a change touches few parts. */
export function partsOf(
  state: TeamState,
  domainOf: (controlId: string) => string,
): { manifest: Manifest; parts: StatePart[] } {
  const domains = new Map<string, Record<string, ControlSnapshot>>();
  for (const [id, control] of sorted(state.controls)) {
    const domain = domains.get(domainOf(id)) ?? {};
    domain[id] = control;
    domains.set(domainOf(id), domain);
  }
  const parts = [
    ...sorted(domains).map(([code, controls]) => partFrom(CONTROLS + code, controls)),
    ...sorted(state.frameworks).map(([id, framework]) => partFrom(FRAMEWORK + id, framework)),
    partFrom(ATTESTATIONS, Object.fromEntries(sorted(state.attestations))),
    ...(state.judging ? [partFrom(JUDGING, state.judging)] : []),
    ...(state.results ? resultParts(state.results) : []),
  ];
  const named = parts.map(({ key, hash }) => ({ key, hash }));
  const { ruleVersion } = state;
  const hash = sha256(JSON.stringify([ruleVersion, named]));
  return { manifest: { hash, ruleVersion, parts: named }, parts };
}

/** Rebuilds a state from its pieces. */
export function stateFrom(
  ruleVersion: string,
  parts: Iterable<{ key: string; text: string }>,
): TeamState {
  const controls = new Map<string, ControlSnapshot>();
  const frameworks = new Map<string, FrameworkScore>();
  const attestations = new Map<string, string>();
  let judging: Judging | null = null;
  let results: Map<string, Map<string, number>> | null = null;
  for (const { key, text } of parts) {
    const content: unknown = JSON.parse(text);
    if (key.startsWith(CONTROLS)) {
      for (const [id, one] of Object.entries(content as Record<string, ControlSnapshot>)) {
        controls.set(id, one);
      }
    } else if (key.startsWith(FRAMEWORK)) {
      const known = content as Omit<FrameworkScore, 'target'>;
      frameworks.set(key.slice(FRAMEWORK.length), { target: null, ...known });
    } else if (key === JUDGING) judging = content as Judging;
    else if (key === RESULTS) results ??= new Map();
    else if (key.startsWith(`${RESULTS}/`)) {
      const fails = Object.entries(content as Record<string, number>);
      results ??= new Map();
      results.set(key.slice(RESULTS.length + 1), new Map(fails));
    } else {
      for (const [id, end] of Object.entries(content as Record<string, string>)) {
        attestations.set(id, end);
      }
    }
  }
  return { ruleVersion, controls, frameworks, attestations, judging, results };
}

function resultParts(results: NonNullable<TeamState['results']>): StatePart[] {
  return [
    partFrom(RESULTS, {}),
    ...sorted(results).map(([source, checks]) =>
      partFrom(`${RESULTS}/${source}`, Object.fromEntries(sorted(checks))),
    ),
  ];
}

/** Whether a stored state has the results that its controls were computed from. */
export function hasResults({ parts }: Pick<Manifest, 'parts'>): boolean {
  return parts.some(({ key }) => key === RESULTS);
}

function partFrom(key: string, content: object): StatePart {
  const text = JSON.stringify(content);
  return { key, text, hash: sha256(`${key}\n${text}`) };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function sorted<T>(map: ReadonlyMap<string, T>): [string, T][] {
  return [...map].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}
