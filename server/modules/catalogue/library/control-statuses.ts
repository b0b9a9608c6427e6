import type { ControlStatus } from '../../../../contract/compliance.js';
import type { TeamScope } from '../../../platform/database/collection.js';

/** The status of each of a team's controls, as the module that evaluates them stores it. */
export interface ControlStatuses {
  list(team: TeamScope): Promise<readonly { controlId: string; status: ControlStatus }[]>;
}
