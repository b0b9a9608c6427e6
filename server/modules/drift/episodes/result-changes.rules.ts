import type { TeamState } from '../state/team-state.js';

/** How the failing results of checks changed between two looks. Checks are named `tool/check`. */
export interface ResultChanges {
  /** Failing results that were added in sources that the look before knew, and in new ones. */
  added(check: string): { known: number; fresh: number };
  /** The checks with the largest change first; those that changed equally keep their order. */
  largestFirst(checks: readonly string[]): string[];
  /** Accounts of which the look before had no results, `provider/account`. */
  newAccounts: ReadonlySet<string>;
  /** The sources without results before in which these checks fail: `prowler in aws/111`. */
  newSourcesOf(checks: readonly string[]): string[];
}

/** Null when the look before is from a release that stored no results: then nothing is known to be new. */
export function resultChanges(before: TeamState, after: TeamState): ResultChanges | null {
  const [was, is] = [before.results, after.results];
  if (!was || !is) return null;
  const changes = new Map<string, { known: number; fresh: number; net: number; in: string[] }>();
  for (const source of new Set([...was.keys(), ...is.keys()])) {
    const [old, now] = [was.get(source), is.get(source)];
    for (const id of new Set([...(old?.keys() ?? []), ...(now?.keys() ?? [])])) {
      const check = `${toolOf(source)}/${id}`;
      const change = changes.get(check) ?? { known: 0, fresh: 0, net: 0, in: [] };
      changes.set(check, change);
      const more = (now?.get(id) ?? 0) - (old?.get(id) ?? 0);
      change.net += more;
      if (old) change.known += Math.max(more, 0);
      else {
        change.fresh += more;
        if (more > 0) change.in.push(source);
      }
    }
  }
  const sizeOf = (check: string) => Math.abs(changes.get(check)?.net ?? 0);
  const knownAccounts = new Set([...was.keys()].map(accountOf));
  return {
    added: (check) => changes.get(check) ?? { known: 0, fresh: 0 },
    largestFirst: (checks) => [...checks].sort((a, b) => sizeOf(b) - sizeOf(a)),
    newAccounts: new Set([...is.keys()].map(accountOf).filter((one) => !knownAccounts.has(one))),
    newSourcesOf: (checks) => {
      const found = checks.flatMap((check) => changes.get(check)?.in ?? []);
      return [...new Set(found)].map((source) => `${toolOf(source)} in ${accountOf(source)}`);
    },
  };
}

/** Number of failing results that a state knows; null where it stored none. */
export function failingResults({ results }: TeamState): number | null {
  if (!results) return null;
  let sum = 0;
  for (const checks of results.values()) for (const fails of checks.values()) sum += fails;
  return sum;
}

/** Findings that were added and removed, per check and source. */
export function findingsMoved(
  from: TeamState,
  to: TeamState,
): { opened: number; closed: number } | null {
  if (!from.results || !to.results) return null;
  const moved = { opened: 0, closed: 0 };
  for (const source of new Set([...from.results.keys(), ...to.results.keys()])) {
    const [was, is] = [from.results.get(source), to.results.get(source)];
    for (const id of new Set([...(was?.keys() ?? []), ...(is?.keys() ?? [])])) {
      const more = (is?.get(id) ?? 0) - (was?.get(id) ?? 0);
      if (more > 0) moved.opened += more;
      else moved.closed -= more;
    }
  }
  return moved;
}

function toolOf(source: string): string {
  return source.slice(0, source.indexOf('/'));
}

function accountOf(source: string): string {
  return source.slice(source.indexOf('/') + 1);
}
