import type { TeamScope } from '../../platform/database/collection.js';
import type { CheckResultsRepository } from './check-results/check-results.repository.js';
import { recountScopes } from './check-results/scope-tallies.js';
import type { CheckScope, ScopesRepository } from './check-results/scopes.repository.js';
import type { ChecksRepository, KnownCheck } from './checks/checks.repository.js';

/** What is known of checks, for those who judge by it. */
export interface CheckEvidence {
  checks: KnownCheck[];
  scopes: CheckScope[];
}

/** The evidence that the tools have given, added up per check, account and region. */
export class EvidenceService {
  constructor(
    private readonly deps: {
      results: CheckResultsRepository;
      scopes: ScopesRepository;
      checks: ChecksRepository;
    },
  ) {}

  /** Of these checks; of all when not given. */
  async of(team: TeamScope, checkIds?: readonly string[]): Promise<CheckEvidence> {
    const { checks, scopes } = this.deps;
    const [known, found] = await Promise.all([
      checks.list(team, checkIds),
      scopes.list(team, checkIds),
    ]);
    return { checks: known, scopes: found };
  }

  /** Every account that a tool has looked into, by provider. */
  accounts(team: TeamScope): Promise<{ provider: string; accountId: string }[]> {
    return this.deps.scopes.accounts(team);
  }

  /** Counts every result anew, so that nothing that was missed stays wrong. */
  async recount(team: TeamScope): Promise<void> {
    await recountScopes(this.deps, team);
  }
}
