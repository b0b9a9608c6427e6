import { z } from 'zod';
import {
  FINDING_CHANGES,
  FINDING_STATUSES,
  type FindingFilter,
} from '../../../contract/security-scans.js';
import { SEVERITIES } from '../../../contract/severity.js';
import { choiceParam, listParam, textParam } from '../../app/search-params.js';

export const findingsSearch = z.object({
  status: listParam(FINDING_STATUSES),
  severity: listParam(SEVERITIES),
  tool: listParam(),
  service: listParam(),
  provider: listParam(),
  accountId: listParam(),
  region: listParam(),
  checkId: listParam(),
  importId: listParam(),
  scanId: listParam(),
  change: listParam(FINDING_CHANGES),
  controlId: listParam(),
  related: choiceParam(['true', 'false']),
  frameworkId: textParam,
  stale: choiceParam(['true', 'false']),
  q: textParam,
  view: choiceParam(['list']),
});
export type FindingsSearch = z.infer<typeof findingsSearch>;

/** The filter sent to the server; the rest of the URL is about the view. */
export function filterOf({ view: _, ...filter }: FindingsSearch): Partial<FindingFilter> {
  return filter;
}

/** How many filters are set. */
export function filtersSet(search: FindingsSearch): number {
  return Object.values(filterOf(search)).filter((value) => value !== undefined).length;
}
