import { createHash } from 'node:crypto';
import type { ControlStanding, FrameworkStanding, Judging, Standing } from './standing.js';

/** A piece of a standing, named by what is in it: snapshots share those that are equal. */
export interface StandingPart {
  /** `controls/IAC`, `framework/iso-27001-2022`, `attestations`, `judging`. */
  key: string;
  /** sha256 of the text. */
  hash: string;
  text: string;
}

export interface Manifest {
  /** sha256 over rule version, keys and hashes. */
  hash: string;
  ruleVersion: string;
  parts: readonly { key: string; hash: string }[];
}

const CONTROLS = 'controls/';
const FRAMEWORK = 'framework/';
const ATTESTATIONS = 'attestations';
const JUDGING = 'judging';

/** Cut by domain of controls and by framework, so that a change touches few parts. */
export function partsOf(
  standing: Standing,
  domainOf: (controlId: string) => string,
): { manifest: Manifest; parts: StandingPart[] } {
  const domains = new Map<string, Record<string, ControlStanding>>();
  for (const [id, control] of sorted(standing.controls)) {
    const domain = domains.get(domainOf(id)) ?? {};
    domain[id] = control;
    domains.set(domainOf(id), domain);
  }
  const parts = [
    ...sorted(domains).map(([code, controls]) => partFrom(CONTROLS + code, controls)),
    ...sorted(standing.frameworks).map(([id, framework]) => partFrom(FRAMEWORK + id, framework)),
    partFrom(ATTESTATIONS, Object.fromEntries(sorted(standing.attestations))),
    ...(standing.judging ? [partFrom(JUDGING, standing.judging)] : []),
  ];
  const named = parts.map(({ key, hash }) => ({ key, hash }));
  const { ruleVersion } = standing;
  const hash = sha256(JSON.stringify([ruleVersion, named]));
  return { manifest: { hash, ruleVersion, parts: named }, parts };
}

/** Puts a standing together again. */
export function standingFrom(
  ruleVersion: string,
  parts: Iterable<{ key: string; text: string }>,
): Standing {
  const controls = new Map<string, ControlStanding>();
  const frameworks = new Map<string, FrameworkStanding>();
  const attestations = new Map<string, string>();
  let judging: Judging | null = null;
  for (const { key, text } of parts) {
    const content: unknown = JSON.parse(text);
    if (key.startsWith(CONTROLS)) {
      for (const [id, one] of Object.entries(content as Record<string, ControlStanding>)) {
        controls.set(id, one);
      }
    } else if (key.startsWith(FRAMEWORK)) {
      const known = content as Omit<FrameworkStanding, 'target'>;
      frameworks.set(key.slice(FRAMEWORK.length), { target: null, ...known });
    } else if (key === JUDGING) judging = content as Judging;
    else {
      for (const [id, end] of Object.entries(content as Record<string, string>)) {
        attestations.set(id, end);
      }
    }
  }
  return { ruleVersion, controls, frameworks, attestations, judging };
}

function partFrom(key: string, content: object): StandingPart {
  const text = JSON.stringify(content);
  return { key, text, hash: sha256(`${key}\n${text}`) };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function sorted<T>(map: ReadonlyMap<string, T>): [string, T][] {
  return [...map].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}
