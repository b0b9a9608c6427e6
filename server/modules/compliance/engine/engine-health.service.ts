import type { EngineHealth } from '../../../../contract/compliance.js';
import type { TeamScope } from '../../../platform/database/collection.js';
import type { EngineChecksRepository } from './engine-checks.repository.js';
import type { EngineRunsRepository } from './engine-runs.repository.js';

export interface EngineHealthDeps {
  runs: EngineRunsRepository;
  checks: EngineChecksRepository;
}

/** Whether the engine's stored states of a team are reliable. */
export class EngineHealthService {
  constructor(private readonly deps: EngineHealthDeps) {}

  async of(team: TeamScope): Promise<EngineHealth> {
    const [memory, checks] = await Promise.all([
      this.deps.runs.get(team),
      this.deps.checks.get(team),
    ]);
    return {
      lastRun: memory?.lastRun ?? null,
      fullAt: memory?.fullAt ?? null,
      ruleVersion: memory?.ruleVersion ?? null,
      lastCheck: checks?.last ?? null,
      lastAlarm: checks?.alarm ?? null,
    };
  }
}
