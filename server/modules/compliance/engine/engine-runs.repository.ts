import type { EngineRun } from '../../../../contract/compliance.js';
import type { CollectionSpec, TeamDoc, TeamScope } from '../../../platform/database/collection.js';
import { TeamRepository } from '../../../platform/database/repository.js';

/** Goes up when runs keep something more between them. */
export const KEEPS = 2;

/** What the engine remembers of a team between runs. One document per team. */
export interface EngineMemory extends TeamDoc {
  lastRun: EngineRun;
  /** Rules and library that the stored states were made with. */
  ruleVersion: string;
  /** Thresholds, profiles and scopes that they were made with. */
  scoping?: string;
  /** What a full run keeps for the runs after it; of another kind, it is computed anew. */
  keeps?: number;
  /** A run did not come to its end, so the stored states may be wrong. */
  distrusted?: boolean;
  /** `provider/account` of all that was in scope when the last run began. */
  accounts: string[];
  /** When everything was last computed. */
  fullAt: string;
  /** Decisions that ran out by then have been taken account of. */
  expiredUntil: string;
}

const memory: CollectionSpec<EngineMemory> = { name: 'engine_memory', scope: 'team', fields: {} };

export class EngineRunsRepository extends TeamRepository<EngineMemory> {
  static readonly database = 'assessments';
  static readonly specs = [memory];
  protected readonly spec = memory;

  get(scope: TeamScope): Promise<EngineMemory | null> {
    return this.of(scope).get(scope.teamId);
  }

  put(scope: TeamScope, item: Omit<EngineMemory, 'id' | 'teamId' | 'keeps'>) {
    const own = { id: scope.teamId, teamId: scope.teamId, keeps: KEEPS };
    return this.of(scope).putMany([{ ...item, ...own }]);
  }

  /** What is stored is not to be relied on: the next run computes everything. */
  async distrust(scope: TeamScope): Promise<void> {
    await this.of(scope).update(scope.teamId, { set: { distrusted: true } });
  }
}
