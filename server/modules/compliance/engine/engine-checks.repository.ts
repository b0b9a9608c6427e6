import type { EngineCheck } from '../../../../contract/compliance.js';
import type { CollectionSpec, TeamDoc, TeamScope } from '../../../platform/database/collection.js';
import { TeamRepository } from '../../../platform/database/repository.js';

/** The results of comparisons with a full computation. One document per team. */
export interface EngineChecks extends TeamDoc {
  last: EngineCheck;
  /** The last comparison with differences; null if none had any. */
  alarm: EngineCheck | null;
}

const checks: CollectionSpec<EngineChecks> = { name: 'engine_checks', scope: 'team', fields: {} };

export class EngineChecksRepository extends TeamRepository<EngineChecks> {
  static readonly database = 'assessments';
  static readonly specs = [checks];
  protected readonly spec = checks;

  get(scope: TeamScope): Promise<EngineChecks | null> {
    return this.of(scope).get(scope.teamId);
  }

  async record(scope: TeamScope, last: EngineCheck): Promise<void> {
    const alarm = last.wrong > 0 ? last : ((await this.get(scope))?.alarm ?? null);
    await this.of(scope).putMany([{ id: scope.teamId, teamId: scope.teamId, last, alarm }]);
  }
}
