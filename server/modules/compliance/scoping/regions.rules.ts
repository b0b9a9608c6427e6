import type { RegionNote } from '../../../../contract/regions.js';
import type { Account, PlaceInScope } from '../../security-scans/index.js';
import { accountOf } from '../engine/tallies.rules.js';
import type { StoredRegions } from './stored-scopes.js';

/** How many regions a note names. */
const MAX_NAMED = 10;

export interface ReadRegions {
  /** Stated regions without results, each with its account. */
  missing: { provider: string; account: string; within: string }[];
  notes: ReadonlyMap<string, RegionNote>;
}

/** Compares the regions that results are of with those that the team states. */
export function readRegions(
  stated: readonly Pick<StoredRegions, keyof Account | 'account' | 'regions'>[],
  seen: readonly PlaceInScope[],
): ReadRegions {
  const seenIn = seenByAccount(seen);
  const notes = new Map<string, RegionNote>();
  const inUse = new Set(stated.map(({ account }) => account));
  for (const [account, regions] of seenIn) {
    if (regions.length === 1 && !inUse.has(account)) {
      notes.set(account, noteOf(account, 'one_region', regions));
    }
  }
  const missing: ReadRegions['missing'] = [];
  for (const { account, provider, accountId, regions } of stated) {
    const { without, notListed } = compareRegions(regions, seenIn.get(account) ?? []);
    for (const region of without) {
      const place = accountOf({ provider, accountId, region });
      missing.push({ provider, account: place, within: account });
    }
    if (notListed.length > 0) notes.set(account, noteOf(account, 'not_listed', notListed));
  }
  return { missing, notes };
}

/** Stated regions without results, and regions with results that are not stated. */
export function compareRegions(stated: readonly string[], seen: readonly string[]) {
  return {
    without: stated.filter((region) => !seen.includes(region)),
    notListed: seen.filter((region) => !stated.includes(region)),
  };
}

/** The regions of each account with results, or that a scan has finished. */
export function seenByAccount(seen: readonly PlaceInScope[]): Map<string, readonly string[]> {
  return new Map(
    seen
      .filter(({ region }) => region === undefined)
      .map((place) => [accountOf(place), place.regions ?? []]),
  );
}

function noteOf(account: string, kind: RegionNote['kind'], regions: readonly string[]): RegionNote {
  return { account, kind, regions: regions.slice(0, MAX_NAMED), total: regions.length };
}
