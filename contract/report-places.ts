import { z } from 'zod';
import { endpoint } from './endpoint.js';

const PREFIX = '/api/security-scans';

export const ReportPlace = z.object({
  provider: z.string(),
  accountId: z.string().describe('account, subscription, image, site, host or repository'),
  isWhole: z.boolean().describe('its reports are whole: what they lack is resolved'),
  changedAt: z.string().nullable(),
  changedBy: z.string().nullable(),
});
export type ReportPlace = z.infer<typeof ReportPlace>;
export const listReportPlaces = endpoint({
  method: 'GET',
  path: `${PREFIX}/report-places`,
  module: 'security-scans',
  access: 'imports:read',
  summary:
    'Accounts and targets that reports are about, and whether their reports are always whole',
  result: z.object({ items: z.array(ReportPlace) }),
});
export const changeReportPlace = endpoint({
  method: 'PUT',
  path: `${PREFIX}/report-places`,
  module: 'security-scans',
  access: 'imports:write',
  summary: 'Set whether the reports of an account or target are always whole',
  description:
    'Imports without `coverage` then resolve whatever their report of this place lacks. Not for reports that a filter or a smaller scan may have narrowed.',
  body: ReportPlace.pick({ provider: true, accountId: true, isWhole: true }),
  result: ReportPlace,
});
