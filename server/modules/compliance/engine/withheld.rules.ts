import type { MatchReason } from '../../../../contract/compliance.js';
import type { KnownChecks } from '../../catalogue/index.js';
import {
  type CheckTally,
  isExpired,
  totalOf,
  type Validity,
  type Withheld,
} from './evidence.rules.js';
import { accountOf, checkTallies, talliesByCheck } from './tallies.rules.js';

/**
 * SARIF names rules that no list can have: a pass shows the aspect of its rule, so it counts, and no anchor can
 * name it. Passes of other tools without a list do not count.
 */
export function isKnownCheck(
  { provider, tally }: { provider: string; tally: Pick<CheckTally, 'tool' | 'checkId'> },
  checks: KnownChecks,
): boolean {
  const { tool, checkId } = tally;
  if (!checks.lists(tool, provider)) return provider === 'code';
  return checks.find(tool, provider, checkId) !== null;
}

/** A person of the team vouches for the check. */
export function isReviewed({ tier, rule }: MatchReason): boolean {
  return tier === 1 && rule === undefined;
}

/** Whether checks pass in an account, by all their results: conclusive, whole and in time. */
export class PassingChecks {
  readonly #tallies = new Map<string, CheckTally[]>();

  constructor(
    tallies: Iterable<CheckTally>,
    private readonly at: Validity,
  ) {
    for (const tally of tallies) {
      const key = keyOf(tally);
      const list = this.#tallies.get(key) ?? [];
      list.push(tally);
      this.#tallies.set(key, list);
    }
  }

  /** The first check that the match needs and that does not pass in the account. */
  missingFor({ tally, match }: Asked): string | null {
    const { tool, accountId } = tally;
    return (
      match.needs?.find((checkId) => !this.#passes(keyOf({ tool, checkId, accountId }))) ?? null
    );
  }

  #passes(key: string): boolean {
    const tallies = this.#tallies.get(key) ?? [];
    return (
      tallies.every(({ fail }) => totalOf(fail) === 0) &&
      tallies.some(
        ({ pass, complete, lastSeenAt }) =>
          complete && totalOf(pass) > 0 && !isExpired(lastSeenAt, this.at),
      )
    );
  }
}

interface Asked {
  tally: Pick<CheckTally, 'tool' | 'accountId'>;
  match: MatchReason;
}

function keyOf({ tool, checkId, accountId }: Pick<CheckTally, 'tool' | 'checkId' | 'accountId'>) {
  return `${tool}/${checkId} ${accountId}`;
}

/** Why the passes of results do not count, by the counted results of all checks. */
export function withholding(
  scopes: Parameters<typeof talliesByCheck>[0],
  matches: readonly { reason: MatchReason }[],
  checks: KnownChecks,
  at: Validity,
): (result: ResultOfCheck, match: MatchReason) => Withheld | undefined {
  const needed = new Set(matches.flatMap(({ reason }) => reason.needs ?? []));
  const beside = talliesByCheck(scopes.filter(({ checkId }) => needed.has(checkId)));
  const passing = new PassingChecks(
    [...beside].flatMap(([key, accounts]) => {
      const at = key.indexOf('/');
      const check = { tool: key.slice(0, at), checkId: key.slice(at + 1), title: '' };
      return checkTallies({ ...check, accounts }).map(({ tally }) => tally);
    }),
    at,
  );
  return ({ tool, checkId, provider, accountId }, match) => {
    const tally = { tool, checkId, accountId: accountOf({ provider, accountId }) };
    if (!isKnownCheck({ provider, tally }, checks) && !isReviewed(match)) {
      return { why: 'unknown_check' };
    }
    const needs = passing.missingFor({ tally, match });
    if (needs !== null) return { why: 'needs', check: needs };
    return match.misses ? { why: 'misses', what: match.misses } : undefined;
  };
}

interface ResultOfCheck {
  tool: string;
  checkId: string;
  provider: string;
  accountId: string;
}
