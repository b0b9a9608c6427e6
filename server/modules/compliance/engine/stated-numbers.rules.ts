import type { StatedNumber, StatedResult } from '../../../../contract/compliance.js';
import {
  decides,
  passesCount,
  type StatusSettings,
  sumsOf,
  type TallyMatch,
} from './evidence.rules.js';

const DAY_MS = 86_400_000;
const WORST_FIRST = ['fail', 'unknown', 'pass'] as const;

/**
 * What checks show about numbers that requirements ask for, per account; accounts with the same
 * results are counted together. Checks that state no number, or that merely touch the control, are left out.
 */
export function statedNumbersOf(
  tallies: readonly TallyMatch[],
  { now, settings }: { now: string; settings: Pick<StatusSettings, 'evidenceDays'> },
): StatedNumber[] {
  const oldest = Date.parse(now) - settings.evidenceDays * DAY_MS;
  const byParameter = new Map<string, Map<string, Map<number, StatedResult>>>();
  for (const each of tallies) {
    const { states } = each.match;
    const result = states && decides(each) ? resultOf(each, oldest) : null;
    if (!states || result === null) continue;
    for (const [parameter, value] of Object.entries(states)) {
      const accounts = valueIn(byParameter, parameter, () => new Map());
      const values = valueIn(accounts, each.tally.accountId, () => new Map());
      values.set(value, worse(values.get(value), result));
    }
  }
  return [...byParameter]
    .sort(byKey)
    .flatMap(([parameter, accounts]) => groupedBy(parameter, [...accounts.values()]));
}

/** Null without any result. Old, truncated and text-matched passes show nothing certain. */
function resultOf(each: TallyMatch, oldest: number): StatedResult | null {
  const { tally } = each;
  const { passes, fails } = sumsOf(tally);
  if (fails > 0) return 'fail';
  if (tally.unknown > 0) return 'unknown';
  if (passes === 0) return null;
  const isFresh = tally.lastSeenAt !== null && Date.parse(tally.lastSeenAt) >= oldest;
  return isFresh && passesCount(each) ? 'pass' : 'unknown';
}

function worse(known: StatedResult | undefined, next: StatedResult): StatedResult {
  return WORST_FIRST.find((each) => each === known || each === next) ?? next;
}

function groupedBy(
  parameter: string,
  accounts: readonly ReadonlyMap<number, StatedResult>[],
): StatedNumber[] {
  const groups = new Map<string, StatedNumber>();
  for (const values of accounts) {
    const results = [...values]
      .sort(([a], [b]) => a - b)
      .map(([value, result]) => ({ value, result }));
    const key = JSON.stringify(results);
    const group = groups.get(key) ?? { parameter, results, accounts: 0 };
    groups.set(key, { ...group, accounts: group.accounts + 1 });
  }
  return [...groups].sort(byKey).map(([, group]) => group);
}

function byKey([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : Number(a > b);
}

function valueIn<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
