import type { TeamScope } from '../../../platform/database/collection.js';
import type { Lease } from '../../../platform/leases/held-lease.js';
import type { Leases } from '../../../platform/leases/leases.js';
import type { TeamsRepository } from '../../../platform/teams/teams.repository.js';
import { resultsLease } from '../evidence.service.js';
import type { FindingsService } from './findings.service.js';

export interface TriageExpiryDeps {
  findings: Pick<FindingsService, 'hasExpiredTriage' | 'expireTriage'>;
  /** Finishes what a killed process left of the team's results. */
  settle: (team: TeamScope, lease: Lease) => Promise<void>;
  teams: Pick<TeamsRepository, 'ids'>;
  leases: Leases;
}

/** Reopens findings whose triage has expired, team by team; waits while a report of the team is imported. */
export class TriageExpiry {
  constructor(private readonly deps: TriageExpiryDeps) {}

  /** Asked team by team, by an index of few findings: one of all teams would cost every import. */
  async teams(): Promise<string[]> {
    const { teams, findings } = this.deps;
    const found: string[] = [];
    for (const teamId of await teams.ids()) {
      if (await findings.hasExpiredTriage({ teamId })) found.push(teamId);
    }
    return found;
  }

  lease(team: TeamScope): string {
    return resultsLease(team);
  }

  run(team: TeamScope): Promise<unknown> {
    const { findings, settle, leases } = this.deps;
    return leases.hold(resultsLease(team), async (lease) => {
      await settle(team, lease);
      await findings.expireTriage(team, lease);
    });
  }
}
