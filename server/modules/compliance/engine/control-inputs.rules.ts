import type { KnownChecks } from '../../catalogue/index.js';
import { type CheckMatches, checkKey } from '../../mapping/index.js';
import type { CheckTallies } from './check-tallies.js';
import type { StatusSettings, TallyMatch } from './evidence.rules.js';
import { checkTallies } from './tallies.rules.js';
import { isKnownCheck, isReviewed, PassingChecks } from './withheld.rules.js';

/** The results of a check in an account, and why they count for a control. */
export interface Input extends TallyMatch {
  provider: string;
  /** Of the tally, see `AccountTally`. */
  hash: number;
}

export interface InputsContext {
  checks: KnownChecks;
  now: string;
  settings: StatusSettings;
}

/** `tallied`: also of checks that the matched ones need. */
export function inputsByControl(
  matched: readonly CheckMatches[],
  tallied: readonly CheckTallies[],
  context: InputsContext,
): Map<string, Input[]> {
  const tallies = new Map(tallied.map((item) => [checkKey(item), checkTallies(item)]));
  const needed = new Set(
    matched.flatMap((item) =>
      neededIds(item).map((checkId) => checkKey({ tool: item.tool, checkId })),
    ),
  );
  const beside = [...needed].flatMap((key) => (tallies.get(key) ?? []).map(({ tally }) => tally));
  const passing = new PassingChecks(beside, context);
  const inputs = new Map<string, Input[]>();
  for (const item of matched) {
    const given = tallies.get(checkKey(item)) ?? [];
    const known = new Map<string, boolean>();
    for (const each of given) {
      if (known.has(each.provider)) continue;
      known.set(each.provider, isKnownCheck(each, context.checks));
    }
    for (const { controlId, reason: match } of item.matches) {
      const list = inputs.get(controlId) ?? [];
      for (const { provider, tally, hash } of given) {
        const isCounted = known.get(provider) || isReviewed(match);
        const needs = isCounted && match.needs ? passing.missingFor({ tally, match }) : null;
        const input: Input = { provider, tally, hash, match };
        if (!isCounted) input.withheld = { why: 'unknown_check' };
        else if (needs !== null) input.withheld = { why: 'needs', check: needs };
        else if (match.misses) input.withheld = { why: 'misses', what: match.misses };
        list.push(input);
      }
      inputs.set(controlId, list);
    }
  }
  return inputs;
}

/** The checks of the tool that must pass beside this one. */
export function neededIds({ matches }: Pick<CheckMatches, 'matches'>): string[] {
  return matches.flatMap(({ reason }) => reason.needs ?? []);
}
