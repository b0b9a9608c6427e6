import { hash } from 'node:crypto';
import { SEVERITIES, type Severity } from '../../../../contract/severity.js';
import { checkKey } from '../../mapping/index.js';
import {
  type Account,
  type CheckEvidence,
  type PlaceInScope,
  provesPasses,
} from '../../security-scans/index.js';
import type { AccountTally, CheckTallies } from './check-tallies.js';
import { type CheckTally, totalOf } from './evidence.rules.js';

type Scope = CheckEvidence['scopes'][number];

/** Range of tally hashes: 48 bits, so that sums are exact. */
export const TALLY_HASHES = 2 ** 48;

/** Adds up checks' scopes per account, regions together. Returns tallies by tool and check, in a fixed order. */
export function talliesByCheck(scopes: readonly Scope[]): Map<string, AccountTally[]> {
  const tallies = new Map<string, Map<string, Mutable>>();
  for (const scope of scopes) {
    const check = checkKey(scope);
    const ofCheck = tallies.get(check) ?? new Map<string, Mutable>();
    tallies.set(check, ofCheck);
    const { provider, accountId, lastSeenAt } = scope;
    const account = { provider, accountId, complete: provesPasses(scope), lastSeenAt };
    const key = orderOf(account);
    const tally = ofCheck.get(key) ?? {
      ...{ pass: {}, fail: {}, exempt: {}, unknown: 0, things: 0, results: 0 },
      ...account,
    };
    ofCheck.set(key, tally);
    addScope(tally, scope);
  }
  return new Map(
    [...tallies].map(([check, ofCheck]) => [check, inOrder(hashed(check, [...ofCheck.values()]))]),
  );
}

/** The tallies of a check with those of the changed accounts replaced. */
export function withChanges(
  before: readonly AccountTally[],
  accounts: readonly Account[],
  renewed: readonly AccountTally[],
): AccountTally[] {
  const replaced = new Set(accounts.map(accountOf));
  const kept = before.filter((tally) => !replaced.has(accountOf(tally)));
  return inOrder([...kept, ...renewed]);
}

/** Tallies in the form that evidence rules use. */
export function checkTallies({
  tool,
  checkId,
  title,
  accounts,
}: Pick<CheckTallies, 'tool' | 'checkId' | 'title' | 'accounts'>): {
  provider: string;
  tally: CheckTally;
  hash: number;
}[] {
  return accounts.map((account) => {
    const { provider, hash, complete, lastSeenAt, pass, fail, unknown } = account;
    const accountId = accountOf(account);
    const exempt = totalOf(account.exempt);
    const tally: CheckTally = {
      tool,
      checkId,
      title,
      accountId,
      complete,
      lastSeenAt,
      pass,
      fail,
      exempt,
      unknown,
    };
    return { provider, tally, hash };
  });
}

type BySeverity = Partial<Record<Severity, number>>;
type Mutable = Omit<AccountTally, 'hash'> & {
  pass: BySeverity;
  fail: BySeverity;
  exempt: BySeverity;
};

function addScope(tally: Mutable, { lastSeenAt, tallies }: Scope): void {
  if (lastSeenAt > tally.lastSeenAt) tally.lastSeenAt = lastSeenAt;
  const add = (counts: BySeverity, severity: Severity, count: number) => {
    counts[severity] = (counts[severity] ?? 0) + count;
  };
  for (const { standing, severity, exempt, ofAccount, count } of tallies) {
    tally.results += count;
    if (!ofAccount) tally.things += count;
    if (standing === 'unknown') tally.unknown += count;
    if (standing === 'pass' || standing === 'fail') add(tally[standing], severity, count);
    if (standing === 'fail' && exempt) add(tally.exempt, severity, count);
  }
}

function hashed(check: string, tallies: readonly Omit<AccountTally, 'hash'>[]): AccountTally[] {
  return tallies.map((tally) => {
    const { provider, accountId, complete, lastSeenAt, pass, fail, exempt } = tally;
    const { unknown, things, results } = tally;
    const counts = [pass, fail, exempt].map((bySeverity) =>
      SEVERITIES.map((each) => bySeverity[each] ?? 0),
    );
    const facts = [
      check,
      provider,
      accountId,
      complete,
      lastSeenAt,
      counts,
      unknown,
      things,
      results,
    ];
    const digest = hash('sha256', JSON.stringify(facts), 'buffer');
    return { ...tally, hash: digest.readUIntBE(0, 6) };
  });
}

/** A fixed order, so that repeating the sum changes nothing. */
function inOrder(tallies: AccountTally[]): AccountTally[] {
  const keyed = tallies.map((tally) => ({ key: orderOf(tally), tally }));
  return keyed.sort((a, b) => (a.key < b.key ? -1 : 1)).map(({ tally }) => tally);
}

function orderOf(tally: Pick<AccountTally, 'provider' | 'accountId' | 'complete'>): string {
  return `${accountOf(tally)}/${tally.complete}`;
}

/**
 * The name of an account, or of a region without results, in explanations: with its provider, since
 * two providers may have the same ids.
 */
export function accountOf({ provider, accountId, region }: PlaceInScope): string {
  const account = `${provider}/${accountId || 'unnamed account'}`;
  return region === undefined ? account : `${account} in ${region}`;
}
