import { createHash } from 'node:crypto';
import type {
  EngineSettings,
  ScopeDefinition,
  Selection,
} from '../../../../contract/compliance.js';
import { type RegionNote, regionNoteText } from '../../../../contract/regions.js';
import type { PlaceInScope } from '../../security-scans/index.js';
import { DEFAULT_STATUS_SETTINGS } from '../engine/evidence.rules.js';
import { accountOf } from '../engine/tallies.rules.js';
import { readRegions } from './regions.rules.js';
import type { StoredFrameworkScope, StoredProfile, StoredRegions } from './stored-scopes.js';

export const DEFAULT_ENGINE_SETTINGS: EngineSettings = {
  ...DEFAULT_STATUS_SETTINGS,
  autoSatisfyShare: 0.8,
};

/** An account, named as in evidence and scopes. */
export interface KnownAccount {
  provider: string;
  /** `provider/account`, with the region for a region without results. */
  account: string;
  /** The account of a region. */
  within?: string;
}

/** A set of accounts in which controls are evaluated. */
export interface EngineScope {
  /** Empty: all accounts. Else a hash of the definition, so that frameworks of equal scopes share it. */
  id: string;
  /** Accounts that must be evaluated: seen by a tool, or declared. */
  accounts: readonly KnownAccount[];
  includes(account: string): boolean;
}

/** The inputs of an evaluation besides evidence, decisions and the library. */
export interface TeamScoping {
  settings: EngineSettings;
  /** All accounts first, then each distinct scope. */
  scopes: readonly [EngineScope, ...EngineScope[]];
  /** The id of a framework's scope; empty for all accounts. */
  scopeOf(frameworkId: string): string;
  /** By account: what its results show of regions beside those that the team states. */
  regionNotes: ReadonlyMap<string, RegionNote>;
  /** The accounts and regions that must be evaluated, and what is noted of regions: a change concerns every control. */
  places: readonly string[];
  /** Changes with settings, profiles, stated regions and definitions. */
  version: string;
}

export interface ScopingInputs {
  settings: Partial<EngineSettings>;
  profiles: readonly StoredProfile[];
  stated: readonly StoredRegions[];
  definitions: readonly StoredFrameworkScope[];
  seen: readonly PlaceInScope[];
}

export const WHOLE = '';

/** Determines the accounts of every scope. */
export function scopingOf({
  settings,
  profiles,
  stated,
  definitions,
  seen,
}: ScopingInputs): TeamScoping {
  const byAccount = new Map(profiles.map((profile) => [profile.account, profile]));
  const known = new Map<string, KnownAccount>();
  for (const each of seen) {
    const { provider, accountId, region } = each;
    const within = region === undefined ? undefined : accountOf({ provider, accountId });
    known.set(accountOf(each), { provider, account: accountOf(each), within });
  }
  for (const { account, provider } of profiles) known.set(account, { provider, account });
  const { missing, notes } = readRegions(stated, seen);
  for (const place of missing) known.set(place.account, place);
  const whole: EngineScope = { id: WHOLE, accounts: [...known.values()], includes: () => true };
  const byFramework = new Map<string, string>();
  const distinct = new Map<string, EngineScope>();
  for (const { frameworkId, include, exclude } of definitions) {
    if (isEverything({ include, exclude })) continue;
    const id = scopeIdOf({ include, exclude });
    byFramework.set(frameworkId, id);
    if (distinct.has(id)) continue;
    const includes = (account: string) =>
      (isEmpty(include) || selects(include, account, byAccount.get(account))) &&
      !selects(exclude, account, byAccount.get(account));
    // A named account without results must be evaluated too.
    const listed = include.accounts.map(
      (account): KnownAccount => ({ account, provider: providerOf(account) }),
    );
    const all = new Map([...known.values(), ...listed].map((each) => [each.account, each]));
    const accounts = [...all.values()].filter(({ account, within }) => includes(within ?? account));
    distinct.set(id, { id, accounts, includes });
  }
  const complete = { ...DEFAULT_ENGINE_SETTINGS, ...settings };
  const profileKeys = profiles.map(({ account, environment, tags }) => [
    account,
    environment,
    tags,
  ]);
  // Left out while there are none, so that an update changes no version.
  const regionKeys = stated.length > 0 ? [stated.map((each) => [each.account, each.regions])] : [];
  return {
    settings: complete,
    scopes: [whole, ...distinct.values()],
    scopeOf: (frameworkId) => byFramework.get(frameworkId) ?? WHOLE,
    regionNotes: notes,
    places: [...known.keys(), ...[...notes.values()].map(regionNoteText)],
    version: hashOf([complete, profileKeys, [...byFramework], ...regionKeys]),
  };
}

/** Equal for definitions that differ only in order and repetition. */
export function scopeIdOf({ include, exclude }: ScopeDefinition): string {
  const sortedLists = ({ accounts, environments, tags }: Selection) =>
    [accounts, environments, tags].map((list) => [...new Set(list)].sort());
  return hashOf([sortedLists(include), sortedLists(exclude)]);
}

export function isEverything({ include, exclude }: ScopeDefinition): boolean {
  return isEmpty(include) && isEmpty(exclude);
}

function isEmpty({ accounts, environments, tags }: Selection): boolean {
  return accounts.length + environments.length + tags.length === 0;
}

function selects(
  { accounts, environments, tags }: Selection,
  account: string,
  profile: StoredProfile | undefined,
): boolean {
  if (accounts.includes(account)) return true;
  if (!profile) return false;
  if (profile.environment !== null && environments.includes(profile.environment)) return true;
  return profile.tags.some((tag) => tags.includes(tag));
}

export function providerOf(account: string): string {
  return account.slice(0, Math.max(account.indexOf('/'), 0));
}

function hashOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16);
}
