import { z } from 'zod';
import { endpoint } from './endpoint.js';
import { Role } from './roles.js';
import { PersonName } from './sign-in.js';

const module = 'identity';
const AccountParams = z.object({ accountId: z.string() });

/** A program of a team: it has no password, and acts by API keys only. */
export const ServiceAccount = z.object({
  id: z.string(),
  name: z.string(),
  role: Role.describe('what its keys may at most'),
  isDisabled: z.boolean(),
  createdAt: z.iso.datetime(),
  createdBy: z.string(),
  keys: z.number().int(),
  lastUsedAt: z.iso.datetime().nullable(),
});
export type ServiceAccount = z.infer<typeof ServiceAccount>;

export const listServiceAccounts = endpoint({
  method: 'GET',
  path: '/api/service-accounts',
  module,
  access: 'team:write',
  summary: 'The team’s service accounts, by name',
  result: z.object({ items: z.array(ServiceAccount) }),
});

export const createServiceAccount = endpoint({
  method: 'POST',
  path: '/api/service-accounts',
  module,
  access: 'team:write',
  summary: 'Create a service account; its role allows no more than you may',
  body: z.object({ name: PersonName, role: Role }),
  idempotent: { shownOnce: [] },
  result: ServiceAccount,
  status: 201,
});

export const changeServiceAccount = endpoint({
  method: 'PATCH',
  path: '/api/service-accounts/:accountId',
  module,
  access: 'team:write',
  summary: 'Disable or enable a service account, or change its role; its keys follow at once',
  params: AccountParams,
  body: z.object({ isDisabled: z.boolean(), role: Role }).partial(),
  result: ServiceAccount,
});

export const deleteServiceAccount = endpoint({
  method: 'DELETE',
  path: '/api/service-accounts/:accountId',
  module,
  access: 'team:write',
  summary: 'Delete a service account with its keys',
  params: AccountParams,
  result: z.object({ id: z.string() }),
});
