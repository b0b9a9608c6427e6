import { z } from 'zod';
import { endpoint, PERMISSIONS } from './endpoint.js';

const module = 'identity';

/** What a key may do at most, before its owner’s role limits it further. */
export const KEY_PRESETS = {
  ci: [
    'team:read',
    'imports:read',
    'imports:write',
    'findings:read',
    'compliance:read',
    'scans:read',
    'scans:run',
  ],
  read_only: PERMISSIONS.filter(
    (permission) => permission.endsWith(':read') && permission !== 'audit:read',
  ),
  automation: PERMISSIONS.filter(
    (permission) => !/^(?:installation|team|keys):write$/.test(permission),
  ),
} as const satisfies Record<string, readonly (typeof PERMISSIONS)[number][]>;
export const KEY_DAYS = 90;
export const MAX_KEY_DAYS = 365;

export const ApiKey = z.object({
  id: z.string(),
  name: z.string(),
  prefix: z.string().describe('its public beginning: osk_…'),
  owner: z.object({
    id: z.string(),
    name: z.string(),
    isService: z.boolean().optional().describe('a service account of the team'),
  }),
  permissions: z.array(z.enum(PERMISSIONS)),
  addresses: z.array(z.string()).describe('addresses and ranges that may use it; empty: all'),
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
  lastUsedAt: z.iso.datetime().nullable(),
  lastAddress: z.string().nullable(),
});
export type ApiKey = z.infer<typeof ApiKey>;

export const NewApiKey = z.object({
  name: z.string().trim().min(1).max(100),
  permissions: z.array(z.enum(PERMISSIONS)).min(1),
  days: z.number().int().min(1).max(MAX_KEY_DAYS).default(KEY_DAYS),
  addresses: z.array(z.string().max(50)).max(50).default([]),
  serviceAccountId: z
    .string()
    .max(100)
    .optional()
    .describe('the service account that it is of; needs the permission team:write'),
});
export type NewApiKey = z.infer<typeof NewApiKey>;

const WithSecret = ApiKey.extend({ key: z.string().describe('the key itself, shown this once') });

export const listApiKeys = endpoint({
  method: 'GET',
  path: '/api/api-keys',
  module,
  access: 'keys:write',
  summary: 'Your keys in this team; a team’s admin sees all of the team',
  result: z.object({ items: z.array(ApiKey) }),
});

export const createApiKey = endpoint({
  method: 'POST',
  path: '/api/api-keys',
  module,
  access: 'keys:write',
  summary: 'Create an API key; it never may more than you',
  body: NewApiKey,
  idempotent: { shownOnce: ['key'] },
  result: WithSecret,
  status: 201,
});

const KeyParams = z.object({ keyId: z.string() });

export const rotateApiKey = endpoint({
  method: 'POST',
  path: '/api/api-keys/:keyId/rotate',
  module,
  access: 'keys:write',
  summary: 'Replace a key by a new one; the old one works for some more hours',
  description:
    'Only its owner may, and for a service account the team’s admins; an API key only where it has all permissions of the rotated one.',
  params: KeyParams,
  body: z.object({ graceHours: z.number().int().min(0).max(168).default(24) }),
  idempotent: { shownOnce: ['key'] },
  result: WithSecret,
  status: 201,
});

export const deleteApiKey = endpoint({
  method: 'DELETE',
  path: '/api/api-keys/:keyId',
  module,
  access: 'keys:write',
  summary: 'Revoke a key at once',
  params: KeyParams,
  result: z.object({ id: z.string() }),
});
