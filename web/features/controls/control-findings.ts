import { LOWERING_STATUSES } from '../../../contract/security-scans.js';

interface ListedFindings {
  controlId?: string;
  checkId?: string;
  /** Of the checks that only touch the control. */
  related?: boolean;
  /** Limits the list to the accounts in its scope. */
  frameworkId?: string;
}

/** The search of the findings page that lists what a count of a control or requirement counts. */
export function countedFindings({ controlId, checkId, related, frameworkId }: ListedFindings) {
  return {
    status: [...LOWERING_STATUSES],
    controlId,
    frameworkId,
    ...(checkId === undefined ? {} : { checkId: [checkId] }),
    ...(related ? { related: 'true' as const } : {}),
  };
}
