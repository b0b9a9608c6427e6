import { checkKey } from '../../mapping/index.js';
import type { ChangedChecks } from '../../security-scans/index.js';
import type { AccountTally, CheckTallies } from './check-tallies.js';
import { accountOf } from './tallies.rules.js';

/** The inputs of changed sums. */
export interface ChangedEvidence {
  changes: ChangedChecks;
  /** Of the changed checks, in all accounts. */
  known: readonly CheckTallies[];
  /** By tool and check: of the changed checks in the changed accounts. */
  added: ReadonlyMap<string, readonly AccountTally[]>;
}

/** A check that began or ceased to have results, or results about things, in an account of the provider. */
export interface SeenChange {
  tool: string;
  checkId: string;
  provider: string;
}

export function seenChanges({ changes, known, added }: ChangedEvidence): SeenChange[] {
  const before = new Map(known.map((item) => [checkKey(item), item.accounts]));
  return [...new Set([...before.keys(), ...added.keys()])].flatMap((key) => {
    const was = placesSeen(before.get(key) ?? []);
    const is = placesSeen(added.get(key) ?? []);
    const changed = changes.accounts.filter((each) => {
      const account = accountOf(each);
      return was.get(account) !== is.get(account);
    });
    const at = key.indexOf('/');
    const check = { tool: key.slice(0, at), checkId: key.slice(at + 1) };
    const providers = new Set(changed.map(({ provider }) => provider));
    return [...providers].map((provider) => ({ ...check, provider }));
  });
}

/** Whether results pass or fail that did not before, or count for other controls: what shares of passing depend on. */
export function haveMoved({ changes, known, added }: ChangedEvidence): boolean {
  if (changes.accounts.length === 0) return true;
  const changed = new Set(changes.accounts.map(accountOf));
  const before = new Map(known.map((item) => [checkKey(item), item.accounts]));
  return [...new Set([...before.keys(), ...added.keys()])].some((key) => {
    const was = (before.get(key) ?? []).filter((tally) => changed.has(accountOf(tally)));
    return countsOf(was) !== countsOf(added.get(key) ?? []);
  });
}

/** Tallies of a check are in a fixed order. */
function countsOf(tallies: readonly AccountTally[]): string {
  return JSON.stringify(
    tallies.map((tally) => [accountOf(tally), tally.complete, tally.pass, tally.fail]),
  );
}

/** Accounts with results, and whether some are about things. */
function placesSeen(tallies: readonly AccountTally[]): Map<string, boolean> {
  const seen = new Map<string, boolean>();
  for (const tally of tallies) {
    if (tally.results === 0) continue;
    const account = accountOf(tally);
    seen.set(account, tally.things > 0 || seen.get(account) === true);
  }
  return seen;
}
