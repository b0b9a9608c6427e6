import { LOWERING_STATUSES } from '../../../contract/security-scans.js';

interface ListedFindings {
  /** One, or all of a requirement. */
  controlId?: string | readonly string[];
  tool?: string;
  checkId?: string;
  /** Of the checks that only touch the control. */
  related?: boolean;
  /** Limits the list to the accounts in its scope. */
  frameworkId?: string;
}

/** The search of the findings page that lists what a count of a control or requirement counts. */
export function countedFindings({
  controlId,
  tool,
  checkId,
  related,
  frameworkId,
}: ListedFindings) {
  return {
    status: [...LOWERING_STATUSES],
    controlId: controlId === undefined ? undefined : [controlId].flat(),
    frameworkId,
    ...(tool === undefined ? {} : { tool: [tool] }),
    ...(checkId === undefined ? {} : { checkId: [checkId] }),
    ...(related ? { related: 'true' as const } : {}),
  };
}
