import type { CheckEvidence } from '../../security-scans/index.js';
import type { ControlMatch } from '../../mapping/matching/control-matcher.js';
import type { CheckMatches } from '../../mapping/matching/check-matches.repository.js';
import type { CheckTallies } from './check-tallies.repository.js';
import type { TallyMatch } from './evidence.rules.js';
import { checkKey, checkTallies } from './tallies.rules.js';

type Described = CheckEvidence['checks'][number];

/** Descriptions by check: several when checks of two providers have the same id. */
export function providersOf(
  checks: readonly Described[],
): Map<string, [Described, ...Described[]]> {
  const described = new Map<string, [Described, ...Described[]]>();
  for (const item of checks) {
    const key = checkKey({ tool: item.tool, checkId: item.check.id });
    const known = described.get(key);
    if (known) known.push(item);
    else described.set(key, [item]);
  }
  return described;
}

/** The best match of each control: by tier, then by confidence. */
export function strongest(found: readonly ControlMatch[]): ControlMatch[] {
  const best = new Map<string, ControlMatch>();
  for (const match of found) {
    const { tier, confidence } = match.reason;
    const known = best.get(match.controlId)?.reason;
    const isBetter =
      !known || tier < known.tier || (tier === known.tier && confidence > known.confidence);
    if (isBetter) best.set(match.controlId, match);
  }
  return [...best.values()];
}

/** What a check says of an account, and why that counts for a control. */
export interface Input extends TallyMatch {
  provider: string;
  /** Of the tally, see `AccountTally`. */
  hash: number;
}

export function inputsByControl(
  matched: readonly CheckMatches[],
  tallied: readonly CheckTallies[],
): Map<string, Input[]> {
  const tallies = new Map(tallied.map((item) => [checkKey(item), checkTallies(item)]));
  const inputs = new Map<string, Input[]>();
  for (const item of matched) {
    for (const { controlId, reason } of item.matches) {
      const list = inputs.get(controlId) ?? [];
      for (const { provider, tally, hash } of tallies.get(checkKey(item)) ?? []) {
        list.push({ provider, tally, hash, match: reason });
      }
      inputs.set(controlId, list);
    }
  }
  return inputs;
}
