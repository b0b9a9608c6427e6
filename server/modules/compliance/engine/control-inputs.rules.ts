import type { CheckMatches } from '../../mapping/index.js';
import { checkKey } from '../../mapping/index.js';
import type { CheckTallies } from './check-tallies.js';
import type { TallyMatch } from './evidence.rules.js';
import { checkTallies } from './tallies.rules.js';

/** The results of a check in an account, and why they count for a control. */
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
