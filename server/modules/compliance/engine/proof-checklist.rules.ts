import type { ProofItem, ProofState } from '../../../../contract/compliance.js';
import type { Anchor, Control, KnownChecks, ProofCheck } from '../../catalogue/index.js';
import type { KnownAccount } from '../scoping/scoping.rules.js';
import type { Input } from './control-inputs.rules.js';
import { decides, isExpired, type StatusSettings, sumsOf } from './evidence.rules.js';
import { homesOf, isOfDirectory, type SeenThings } from './seen-things.rules.js';

/** What scans show of that which proves a control. */
export interface ProofReading {
  /** Every anchor is shown in every account in scope. */
  isProven: boolean;
  /** `person`: scans prove no control of its kind. */
  by: 'scans' | 'person';
  /** One per anchor's check and account that needs it, first what is not shown. */
  items: readonly ProofItem[];
  shown: number;
  /** The oldest evidence, where the control would be proven if none had expired; null else. */
  lapsedAt: string | null;
  /** Providers with accounts in scope whose scans prove no more than parts. */
  without: readonly string[];
  /** Accounts whose reports are of too few services to show which ones they use. */
  unsurveyed: readonly string[];
  /** Accounts that have nothing of what the control is about. */
  unconcerned: ReadonlySet<string>;
  /** Identifies what is needed and which passes are withheld: evidence besides the results of its checks. */
  facts: readonly string[];
}

export interface ProofInputs {
  control: Pick<Control, 'kind' | 'proof'> | undefined;
  /** In scope, of the providers that count for the control. */
  accounts: readonly KnownAccount[];
  tallies: readonly Input[];
  seen: SeenThings;
  checks: KnownChecks;
  now: string;
  settings: StatusSettings;
}

/** The results of one check in one account. */
interface Shown {
  pass: number;
  fail: number;
  unknown: number;
  /** Passes of reports that were cut off. */
  cut: number;
  /** A check that must pass beside it does not. */
  needs: string | null;
  at: string | null;
}

/** The providers whose accounts must show something: whose checks decide, or whose scans could prove it. */
export function providersFor(
  control: Pick<Control, 'proof'> | undefined,
  deciding: ReadonlySet<string>,
): ReadonlySet<string> {
  const provable = Object.keys(control?.proof ?? {});
  return provable.length === 0 ? deciding : new Set([...deciding, ...provable]);
}

/** Reads which anchors of a control are shown, account by account. */
export function readProof(given: ProofInputs): ProofReading {
  const { control, tallies } = given;
  const withheld = tallies.flatMap(({ tally, withheld }) =>
    withheld?.why === 'needs' ? [`${tally.accountId} ${tally.checkId} ${withheld.check}`] : [],
  );
  const nothing = {
    ...{ isProven: false, lapsedAt: null, items: [], shown: 0, without: [], unsurveyed: [] },
    unconcerned: new Set<string>(),
  };
  if (control?.kind !== 'technology') return { ...nothing, by: 'person', facts: withheld };
  const places = given.accounts.filter(({ within }) => within === undefined);
  const results = resultsOf(given);
  // While something fails, what an account may have besides is not asked for.
  const isFailing = tallies.some((input) => decides(input) && sumsOf(input.tally).fails > 0);
  const reading = { results, isFailing };
  const items: ProofItem[] = [];
  const without = new Set<string>();
  const unsurveyed: string[] = [];
  const unconcerned = new Set<string>();
  const homes = homesOf(places, given.seen);
  for (const place of places) {
    const anchors = control.proof?.[place.provider];
    if (!anchors) {
      without.add(place.provider);
      continue;
    }
    const own = anchors.flatMap((anchor) => {
      const checks = anchor.checks.filter((check) => homes.has(place, check));
      return itemsOf({ ...anchor, checks }, place, reading, given);
    });
    items.push(...own);
    const isConditional = anchors.some(
      ({ whenSeen, checks }) =>
        whenSeen !== undefined &&
        checks.some((check) => homes.has(place, check) && !isOfDirectory(place, check)),
    );
    if (isConditional && !isFailing && !given.seen.isSurveyed(place.account, place.provider)) {
      unsurveyed.push(place.account);
    } else if (own.length === 0) unconcerned.add(place.account);
  }
  const shown = items.filter(({ state }) => state === 'shown').length;
  const expired = items.flatMap(({ state, at }) => (state === 'expired' && at ? [at] : [])).sort();
  // Where nothing is needed anywhere, nothing was shown either.
  const isWhole = items.length > 0 && without.size + unsurveyed.length === 0;
  return {
    by: 'scans',
    isProven: isWhole && shown === items.length,
    lapsedAt: (isWhole && shown + expired.length === items.length && expired[0]) || null,
    items: items.sort(firstMissing),
    shown,
    without: [...without].sort(),
    unsurveyed: unsurveyed.sort(),
    unconcerned,
    facts: [...withheld, ...unsurveyed, ...items.map(keyOfItem)],
  };
}

function itemsOf(
  { checks, needs, whenSeen }: Anchor,
  place: KnownAccount,
  { results, isFailing }: { results: ReadonlyMap<string, Shown>; isFailing: boolean },
  given: ProofInputs,
): ProofItem[] {
  const { account } = place;
  const isNeeded = (check: ProofCheck) =>
    whenSeen === undefined ||
    isOfDirectory(place, check) ||
    (isFailing
      ? results.has(`${account} ${nameOf(check)}`)
      : given.seen.has(account, whenSeen, check));
  const states = checks.filter(isNeeded).map((check): ProofItem => {
    const result = results.get(`${account} ${nameOf(check)}`);
    return { account, checks: [nameOf(check)], ...stateOf(result, given) };
  });
  if (needs === 'all' || states.length === 0) return states;
  const [best] = [...states].sort((a, b) => GOODNESS[b.state] - GOODNESS[a.state]);
  return best ? [{ ...best, checks: checks.map(nameOf) }] : [];
}

function stateOf(
  result: Shown | undefined,
  given: ProofInputs,
): Pick<ProofItem, 'state' | 'at' | 'needs'> {
  if (!result) return { state: 'missing', at: null };
  const { pass, fail, unknown, cut, needs, at } = result;
  if (fail > 0) return { state: 'failing', at };
  if (needs !== null) return { state: 'withheld', at, needs };
  if (pass === 0 || unknown > 0) {
    return { state: pass + unknown + cut > 0 ? 'unknown' : 'missing', at };
  }
  return { state: isExpired(at, given) ? 'expired' : 'shown', at };
}

/** By account and check. The same check in another format of its tool counts as well. */
function resultsOf({ tallies, checks }: ProofInputs): Map<string, Shown> {
  const results = new Map<string, Shown>();
  for (const input of tallies) {
    const { provider, tally, match, withheld } = input;
    if (!decides(input) || match.tier > 2) continue;
    const listed = checks.find(tally.tool, provider, tally.checkId);
    if (!listed) continue;
    const key = `${tally.accountId} ${nameOf(listed)}`;
    const before = results.get(key) ?? NOTHING;
    const { passes, fails } = sumsOf(tally);
    results.set(key, {
      pass: before.pass + (tally.complete ? passes : 0),
      fail: before.fail + fails,
      unknown: before.unknown + tally.unknown,
      cut: before.cut + (tally.complete ? 0 : passes),
      needs: before.needs ?? (withheld?.why === 'needs' ? withheld.check : null),
      at: tally.complete ? newest(before.at, tally.lastSeenAt) : before.at,
    });
  }
  return results;
}

const NOTHING: Shown = { pass: 0, fail: 0, unknown: 0, cut: 0, needs: null, at: null };

/** As people write it: `prowler:iam_root_mfa_enabled` without the tool where it is Prowler. */
function nameOf({ tool, id }: Pick<ProofCheck, 'tool' | 'id'>): string {
  return tool === 'prowler' ? id : `${tool}:${id}`;
}

function newest(a: string | null, b: string | null): string | null {
  return a === null || (b !== null && b > a) ? b : a;
}

const GOODNESS: Record<ProofState, number> = {
  ...{ shown: 5, expired: 4, withheld: 3, unknown: 2, failing: 1, missing: 0 },
};

function firstMissing(a: ProofItem, b: ProofItem): number {
  return (
    Number(a.state === 'shown') - Number(b.state === 'shown') ||
    (keyOfItem(a) < keyOfItem(b) ? -1 : 1)
  );
}

function keyOfItem({ account, checks }: ProofItem): string {
  return `${account} ${checks.join(' ')}`;
}
