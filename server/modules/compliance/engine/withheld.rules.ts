import type { KnownChecks } from '../../catalogue/index.js';
import {
  type CheckTally,
  type StatusSettings,
  type TallyMatch,
  totalOf,
} from './evidence.rules.js';

const DAY_MS = 86_400_000;

/** Whether evidence is older than its validity. */
export function isExpired(
  seenAt: string | null,
  { now, settings }: { now: string; settings: Pick<StatusSettings, 'evidenceDays'> },
): boolean {
  return seenAt === null || Date.parse(now) - Date.parse(seenAt) > settings.evidenceDays * DAY_MS;
}

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

/** Whether checks pass in an account, by all their results: conclusive, whole and in time. */
export class PassingChecks {
  readonly #tallies = new Map<string, CheckTally[]>();

  constructor(
    tallies: Iterable<CheckTally>,
    private readonly at: { now: string; settings: StatusSettings },
  ) {
    for (const tally of tallies) {
      const key = keyOf(tally);
      const list = this.#tallies.get(key) ?? [];
      list.push(tally);
      this.#tallies.set(key, list);
    }
  }

  /** The first check that the match needs and that does not pass in the account. */
  missingFor({ tally, match }: Pick<TallyMatch, 'tally' | 'match'>): string | null {
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

function keyOf({ tool, checkId, accountId }: Pick<CheckTally, 'tool' | 'checkId' | 'accountId'>) {
  return `${tool}/${checkId} ${accountId}`;
}
