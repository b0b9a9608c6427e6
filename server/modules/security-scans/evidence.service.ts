import type { TeamScope } from '../../platform/database/collection.js';
import type { Leases } from '../../platform/leases/leases.js';
import type {
  CheckResult,
  CheckResultsRepository,
} from './check-results/check-results.repository.js';
import { recountScopes } from './check-results/scope-tallies.js';
import type { CheckScope, ScopesRepository } from './check-results/scopes.repository.js';
import type { ChecksRepository, KnownCheck } from './checks/checks.repository.js';
import type { ScannedPlacesRepository } from './scanned-places/scanned-places.repository.js';
import type { Account, ChangedChecks, PlaceInScope } from './security-scans.events.js';

/** What is known of checks, for those who judge by it. */
export interface CheckEvidence {
  checks: KnownCheck[];
  scopes: CheckScope[];
}

/** Who changes the results of a team in bulk holds it: one at a time, of all processes. */
export function resultsLease({ teamId }: TeamScope): string {
  return `security-scans/results/${teamId}`;
}

/** The evidence that the tools have given, added up per check, account and region. */
export class EvidenceService {
  constructor(
    private readonly deps: {
      results: CheckResultsRepository;
      scopes: ScopesRepository;
      checks: ChecksRepository;
      places: Pick<ScannedPlacesRepository, 'neverScanned'>;
      leases: Leases;
    },
  ) {}

  async of(team: TeamScope): Promise<CheckEvidence> {
    const { checks, scopes } = this.deps;
    const [known, found] = await Promise.all([checks.list(team), scopes.list(team)]);
    return { checks: known, scopes: found };
  }

  /** What the tools found in these checks and accounts. */
  scopesIn(team: TeamScope, where: ChangedChecks): Promise<CheckScope[]> {
    return this.deps.scopes.listIn(team, where);
  }

  /** What the tools say about these checks; about all when not given. */
  checks(team: TeamScope, checkIds?: readonly string[]): Promise<KnownCheck[]> {
    return this.deps.checks.list(team, checkIds);
  }

  /** Every result that is still there, in parts, always in the same order. */
  results(team: TeamScope): AsyncIterable<CheckResult[]> {
    return this.deps.results.present(team);
  }

  /** Every account that a tool has looked into, by provider. */
  accounts(team: TeamScope): Promise<Account[]> {
    return this.deps.scopes.accounts(team);
  }

  /** The accounts, and their regions that a scan of ours was to look into and none ever came to the end of. */
  async inScope(team: TeamScope): Promise<PlaceInScope[]> {
    const [accounts, blind] = await Promise.all([
      this.accounts(team),
      this.deps.places.neverScanned(team),
    ]);
    return [
      ...accounts,
      ...blind.map(({ provider, accountId, region }) => ({ provider, accountId, region })),
    ];
  }

  /** Counts every result anew, so that nothing that was missed stays wrong; answers the checks that were. */
  recount(team: TeamScope): Promise<string[]> {
    return recountScopes(this.deps, team);
  }

  /** Does the work while no report of the team is imported, in whatever process: waits for one that is. */
  whileStill<T>(team: TeamScope, work: () => Promise<T>): Promise<T> {
    return this.deps.leases.hold(resultsLease(team), work);
  }
}
