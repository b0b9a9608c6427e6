import type { TeamScope } from '../../platform/database/collection.js';
import type { Lease } from '../../platform/leases/held-lease.js';
import type { Leases } from '../../platform/leases/leases.js';
import type { CheckResult } from './check-results/check-result.js';
import type { CheckScope } from './check-results/check-scope.js';
import { recountScopes } from './check-results/recount-scopes.js';
import type { ResultStores } from './check-results/result-stores.js';
import type { KnownCheck } from './checks/checks.repository.js';
import type { ScannedPlacesRepository } from './scanned-places/scanned-places.repository.js';
import {
  accountsIn,
  isAccountWide,
  seenRegions,
  unsureAccounts,
} from './scanned-places/seen-regions.rules.js';
import type { Account, ChangedChecks, PlaceInScope } from './security-scans.events.js';

/** A team's checks and their counted results. */
export interface CheckEvidence {
  checks: KnownCheck[];
  scopes: CheckScope[];
}

/** The lease for changing a team's results in bulk: one holder across all processes. */
export function resultsLease({ teamId }: TeamScope): string {
  return `security-scans/results/${teamId}`;
}

export interface EvidenceDeps {
  stores: Pick<ResultStores, 'results' | 'scopes' | 'checks'>;
  places: Pick<ScannedPlacesRepository, 'all'>;
  leases: Leases;
  /** Undoes what interrupted work left half stored. */
  settle: (team: TeamScope, lease: Lease) => Promise<void>;
}

/** The evidence of all tools, counted by check, account and region. */
export class EvidenceService {
  constructor(private readonly deps: EvidenceDeps) {}

  async of(team: TeamScope): Promise<CheckEvidence> {
    const { checks, scopes } = this.deps.stores;
    const [known, found] = await Promise.all([checks.list(team), scopes.list(team)]);
    return { checks: known, scopes: found };
  }

  /** The counted results of these checks in these accounts. */
  scopesIn(team: TeamScope, where: ChangedChecks): Promise<CheckScope[]> {
    return this.deps.stores.scopes.listIn(team, where);
  }

  /** These checks, or all, as their tools describe them. */
  checks(team: TeamScope, checkIds?: readonly string[]): Promise<KnownCheck[]> {
    return this.deps.stores.checks.list(team, checkIds);
  }

  /** Every present result, in batches, always in the same order. */
  results(team: TeamScope): AsyncIterable<CheckResult[]> {
    return this.deps.stores.results.present(team);
  }

  /** Every account that a tool has looked at, by provider. */
  accounts(team: TeamScope): Promise<Account[]> {
    return this.deps.stores.scopes.accounts(team);
  }

  /**
   * The accounts with the regions that were looked at, and their regions that scans were started for but none has
   * ever finished.
   */
  async inScope(team: TeamScope): Promise<PlaceInScope[]> {
    const { scopes } = this.deps.stores;
    const [reported, checkIds, places] = await Promise.all([
      scopes.regions(team),
      scopes.checkIds(team),
      this.deps.places.all(team),
    ]);
    const ids = checkIds.filter(isAccountWide);
    const unsure = unsureAccounts(reported, ids.length);
    const accountWide = unsure.length > 0 ? await scopes.regionsOf(team, ids, unsure) : [];
    const scanned = places.filter(({ scannedAt }) => scannedAt !== null);
    const regionsOf = seenRegions(reported, accountWide, scanned);
    return [
      ...accountsIn(reported).map((account) => ({ ...account, regions: regionsOf(account) })),
      ...places
        .filter(({ scannedAt }) => scannedAt === null)
        .map(({ provider, accountId, region }) => ({ provider, accountId, region })),
    ];
  }

  /** Recounts every result, which corrects missed updates; returns the corrected checks. */
  recount(team: TeamScope): Promise<string[]> {
    return recountScopes(this.deps.stores, team);
  }

  /** Runs the work while no report of the team is half stored: waits for a running import. */
  whileStill<T>(team: TeamScope, work: () => Promise<T>): Promise<T> {
    const { leases, settle } = this.deps;
    return leases.hold(resultsLease(team), async (lease) => {
      await settle(team, lease);
      return work();
    });
  }
}
