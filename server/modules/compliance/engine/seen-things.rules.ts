import type { KnownChecks, ListedCheck, Proof, ProofCheck } from '../../catalogue/index.js';
import type { KnownAccount } from '../scoping/scoping.rules.js';
import type { CheckTallies } from './check-tallies.js';
import { landmarksOf } from './landmarks.rules.js';
import { accountOf } from './tallies.rules.js';

/** What an account is seen to have: services, kinds of things, and the checks with results about them. */
interface Seen {
  kinds: Set<string>;
  services: Set<string>;
  checkIds: string[];
  /** Services of landmarks with any result. */
  landmarks: Set<string>;
  /** Services with any result, of things or of the account itself. */
  reported: Set<string>;
}

/** The things of each account that results are about; the account itself does not count as one. */
export class SeenThings {
  readonly #byAccount = new Map<string, Seen>();
  readonly #known = new Map<string, boolean>();

  constructor(
    tallied: readonly CheckTallies[],
    private readonly checks: KnownChecks,
  ) {
    for (const { tool, checkId, accounts } of tallied) {
      let of: { provider: string; check: ListedCheck | null } | undefined;
      for (const { provider, accountId, things, results } of accounts) {
        // Nearly always one provider.
        if (of?.provider !== provider)
          of = { provider, check: checks.find(tool, provider, checkId) };
        const { check } = of;
        if (!check || results === 0) continue;
        const seen = this.#of(accountOf({ provider, accountId }));
        const service = check.service || check.id;
        seen.reported.add(service);
        if (landmarksOf(checks, provider).checks.get(service)?.has(check.id)) {
          seen.landmarks.add(service);
        }
        if (things === 0) continue;
        seen.kinds.add(kindOf(check));
        seen.services.add(check.service);
        seen.checkIds.push(check.id);
      }
    }
  }

  /** Whether the account was scanned as a whole, so that what is not seen is not there. */
  isSurveyed(account: string, provider: string): boolean {
    const { needed } = landmarksOf(this.checks, provider);
    return (this.#byAccount.get(account)?.landmarks.size ?? 0) >= needed;
  }

  /** The services that report about the account. */
  reported(account: string): ReadonlySet<string> {
    return this.#byAccount.get(account)?.reported ?? NONE;
  }

  /** Whether the account has what an anchor is about. */
  has(account: string, whenSeen: string, check: ProofCheck): boolean {
    const seen = this.#byAccount.get(account);
    if (!seen) return false;
    if (whenSeen === 'each') return seen.kinds.has(kindOf(check));
    const key = `${account} ${whenSeen}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const isSeen =
      seen.services.has(whenSeen) || seen.checkIds.some((id) => id.startsWith(`${whenSeen}_`));
    this.#known.set(key, isSeen);
    return isSeen;
  }

  #of(account: string): Seen {
    const known = this.#byAccount.get(account);
    if (known) return known;
    const seen: Seen = {
      ...{ kinds: new Set(), services: new Set(), checkIds: [], landmarks: new Set() },
      reported: new Set(),
    };
    this.#byAccount.set(account, seen);
    return seen;
  }
}

const NONE: ReadonlySet<string> = new Set();

/** Services that report under the directory, an Entra tenant, and not under the subscriptions that trust it. */
const DIRECTORY_SERVICES: Readonly<Record<string, string>> = { azure: 'entra' };

/** Whether a check is of the provider's directory: every account has one, whether it was scanned or not. */
export function isOfDirectory(
  { provider }: Pick<KnownAccount, 'provider'>,
  { service }: Pick<ProofCheck, 'service'>,
): boolean {
  return DIRECTORY_SERVICES[provider] === service;
}

/**
 * Under which accounts a check reports. Where a provider's directory is an account beside its subscriptions, the
 * directory's checks are asked for there and the others under subscriptions; where only one of the two is known, all
 * are asked for there.
 */
export function homesOf(places: readonly KnownAccount[], seen: SeenThings) {
  const directories = new Set<KnownAccount>();
  const others = new Set<KnownAccount>();
  for (const place of places) {
    const directory = DIRECTORY_SERVICES[place.provider];
    const reported = seen.reported(place.account);
    const isDirectory = directory !== undefined && reported.has(directory);
    if (isDirectory) directories.add(place);
    if (!isDirectory || reported.size > 1) others.add(place);
  }
  const isKnown = (homes: ReadonlySet<KnownAccount>, provider: string) =>
    [...homes].some((home) => home.provider === provider);
  return {
    has(place: KnownAccount, check: ProofCheck): boolean {
      const homes = isOfDirectory(place, check) ? directories : others;
      return homes.has(place) || !isKnown(homes, place.provider);
    },
  };
}

/** Checks about the same kind of thing; a check alone where its list states no kinds. */
export function kindOf({ id, service, resourceType }: ProofCheck): string {
  return service === '' ? id : `${service}/${resourceType}`;
}

/**
 * The checks that show whether accounts have what anchors are about, of anchors that are needed only then and
 * have no result in some account. A result of the anchor itself settles it, whatever else is known.
 */
export function unsettledWitnesses(
  proofs: readonly Proof[],
  accounts: readonly KnownAccount[],
  tallied: readonly CheckTallies[],
  checks: KnownChecks,
): Set<string> {
  const places = new Map<string, string[]>();
  for (const { provider, account, within } of accounts) {
    if (within !== undefined) continue;
    const of = places.get(provider);
    if (of) of.push(account);
    else places.set(provider, [account]);
  }
  const byId = new Map<string, CheckTallies[]>();
  for (const item of tallied) byId.set(item.checkId, [...(byId.get(item.checkId) ?? []), item]);
  const isSettled = (provider: string, { id }: ProofCheck) => {
    const own = (byId.get(id) ?? []).flatMap((item) => item.accounts);
    const seen = new Set(own.filter(({ things }) => things > 0).map(accountOf));
    return (places.get(provider) ?? []).every((account) => seen.has(account));
  };
  const found = new Set<string>();
  const asked = new Set<string>();
  const surveyed = new Set<string>();
  for (const proof of proofs) {
    for (const [provider, anchors] of Object.entries(proof)) {
      if (!places.has(provider) || anchors.every(({ whenSeen }) => !whenSeen)) continue;
      surveyed.add(provider);
      for (const { whenSeen, checks: own } of anchors) {
        if (whenSeen === undefined) continue;
        for (const check of own) {
          const key = `${provider} ${whenSeen === 'each' ? kindOf(check) : `${whenSeen}_`}`;
          if (asked.has(key) || isSettled(provider, check)) continue;
          asked.add(key);
          for (const id of witnessesOf(whenSeen, check, provider, checks)) found.add(id);
        }
      }
    }
  }
  for (const provider of surveyed) {
    const landmarks = landmarksOf(checks, provider);
    for (const ids of landmarks.checks.values()) for (const id of ids) found.add(id);
  }
  return found;
}

/** Lists of checks do not change, and searching them takes longer than the rest of a small run. */
const witnesses = new WeakMap<KnownChecks, Map<string, readonly string[]>>();

function witnessesOf(
  whenSeen: string,
  check: ProofCheck,
  provider: string,
  checks: KnownChecks,
): readonly string[] {
  const known = witnesses.get(checks) ?? new Map<string, readonly string[]>();
  witnesses.set(checks, known);
  const about = whenSeen === 'each' ? `each ${kindOf(check)}` : whenSeen;
  const key = [check.tool, provider, about].join(' ');
  const ids = known.get(key) ?? findWitnesses(whenSeen, check, provider, checks);
  known.set(key, ids);
  return ids;
}

/** The listed checks by whose results an anchor's things are seen. */
function findWitnesses(
  whenSeen: string,
  check: ProofCheck,
  provider: string,
  checks: KnownChecks,
): string[] {
  const fits =
    whenSeen === 'each'
      ? (other: ProofCheck) => kindOf(other) === kindOf(check)
      : ({ id, service }: ProofCheck) => service === whenSeen || id.startsWith(`${whenSeen}_`);
  return checks
    .of(check.tool, provider)
    .filter(fits)
    .map(({ id }) => id);
}
