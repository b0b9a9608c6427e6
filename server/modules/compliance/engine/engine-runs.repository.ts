import type { EngineRun } from '../../../../contract/compliance.js';
import type { CollectionSpec, TeamDoc, TeamScope } from '../../../platform/database/collection.js';
import { TeamRepository } from '../../../platform/database/repository.js';

/** Increase when runs store more for the next run. */
export const KEEPS = 3;

/** The engine's memory of a team between runs. One document per team. */
export interface EngineMemory extends TeamDoc {
  lastRun: EngineRun;
  /** Rules and library that the stored states were made with. */
  ruleVersion: string;
  /** Version of the thresholds, profiles, regions and scopes that they were made with. */
  scoping?: string;
  /** Version of the team's mapping reviews that they were made with; null if one was being written. */
  reviews?: number | null;
  /** Version of this format; a different version causes a full run. */
  keeps?: number;
  /** A run is at work, or was cut short or failed: the stored states may be wrong. */
  distrusted?: boolean;
  /** Accounts and regions in scope at the start of the last run, and what was noted of regions. */
  accounts: string[];
  /** When everything was last computed. */
  fullAt: string;
  /** Decisions that expired by then are included. */
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

  /** Stored states are not reliable: the next run computes everything. */
  async distrust(scope: TeamScope): Promise<void> {
    await this.of(scope).update(scope.teamId, { set: { distrusted: true } });
  }
}
