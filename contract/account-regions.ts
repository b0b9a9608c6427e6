import { z } from 'zod';
import { endpoint } from './endpoint.js';

const module = 'compliance' as const;
const path = '/api/compliance-engine/accounts/:provider/:accountId/regions';
const params = z.object({
  provider: z.string().trim().toLowerCase().min(1).max(60),
  accountId: z.string().trim().min(1).max(900),
});

/** The regions that an account uses, as the team states them and as results show them. */
export const AccountRegions = z.object({
  account: z.string().describe('provider/account'),
  provider: z.string(),
  accountId: z.string(),
  inUse: z.array(z.string()).nullable().describe('as the team states them; null: unknown'),
  seen: z.array(z.string()).describe('with results, or scanned; services without a region apart'),
  missing: z.array(z.string()).describe('in use, but without results'),
  notListed: z.array(z.string()).describe('with results, but not stated as in use'),
  changedBy: z.string().nullable(),
  changedAt: z.string().nullable(),
});
export type AccountRegions = z.infer<typeof AccountRegions>;

export const AccountRegionsBody = z.strictObject({
  regions: z.array(z.string().trim().min(1).max(60)).min(1).max(100),
});

export const getAccountRegions = endpoint({
  method: 'GET',
  path,
  module,
  access: 'compliance:read',
  summary: 'The regions that an account uses, stated and seen',
  params,
  result: AccountRegions,
});
export const putAccountRegions = endpoint({
  method: 'PUT',
  path,
  module,
  access: 'compliance:write',
  summary: 'State which regions an account uses; every control is re-evaluated',
  description:
    'A stated region without results counts as a place without evidence. Accounts that are known from reports only have regions too.',
  params,
  body: AccountRegionsBody,
  result: AccountRegions,
});
export const removeAccountRegions = endpoint({
  method: 'DELETE',
  path,
  module,
  access: 'compliance:write',
  summary: 'Forget which regions an account uses',
  params,
  result: AccountRegions,
});
