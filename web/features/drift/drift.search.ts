import { z } from 'zod';
import { DRIFT_STATUSES, DRIFT_TYPES } from '../../../contract/drift.js';
import { SEVERITIES } from '../../../contract/severity.js';
import { choiceParam, textParam } from '../../app/search-params.js';

const dayParam = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}$/)
  .optional()
  .catch(undefined);

export const driftSearch = z.object({
  status: choiceParam(DRIFT_STATUSES),
  type: choiceParam(DRIFT_TYPES),
  severity: choiceParam(SEVERITIES),
  framework: textParam,
  control: textParam,
  domain: textParam,
  from: dayParam,
  to: dayParam,
});
export type DriftSearch = z.infer<typeof driftSearch>;

/** The two snapshots to compare: ids, or `now`. */
export const snapshotsSearch = z.object({ from: textParam, to: textParam });
