import type { TeamScope } from '../../../platform/database/collection.js';
import type { Account } from '../security-scans.events.js';

/** Answers by which checks and accounts a control is judged; compliance implements it. */
export interface ControlChecks {
  /** The checks that decide about any of the controls, or those that merely touch them. Throws NotFoundError. */
  ofControls(team: TeamScope, controlIds: readonly string[], related: boolean): Promise<CheckRef[]>;
  /** The accounts in the framework's scope; null when it covers every account. Throws NotFoundError. */
  inFramework(team: TeamScope, frameworkId: string): Promise<Account[] | null>;
}

export interface CheckRef {
  tool: string;
  checkId: string;
}
