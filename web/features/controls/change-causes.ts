import type { ChangeCause } from '../../../contract/compliance.js';

/** Why a status changed, as it follows the time of the change. */
export const changeCauses: Readonly<Record<ChangeCause, string>> = {
  definition: 'because rules, library or mapping changed',
  evidence: 'because of new evidence',
  decision: 'because of a decision or a settings change',
  expiry: 'because evidence or a decision expired',
};
