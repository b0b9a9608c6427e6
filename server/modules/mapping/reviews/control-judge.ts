import type { EngineRun } from '../../../../contract/compliance.js';
import type { TeamScope } from '../../../platform/database/collection.js';
import type { ControlStatuses } from '../../catalogue/index.js';

/** The part of the module that evaluates controls, which comes after this one, that reviews use. */
export interface ControlJudge {
  statuses: ControlStatuses;
  /** The last run: matches and statuses change with runs only. */
  lastRun(team: TeamScope): Promise<EngineRun | null>;
  /** Evaluates the controls of these checks. */
  reevaluate(team: TeamScope, checkIds: readonly string[]): Promise<{ controlsChanged: number }>;
}
