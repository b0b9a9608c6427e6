import { z } from 'zod';
import { endpoint } from './endpoint.js';
import { PageQuery, pageOf } from './page.js';
import { Role } from './roles.js';
import { Email, NewPassword, PersonName } from './sign-in.js';

const module = 'identity';
const UserParams = z.object({ userId: z.string() });

export const User = z.object({
  id: z.string(),
  /** Service accounts have none and act by API keys only. */
  email: z.string().nullable(),
  name: z.string(),
  kind: z.enum(['person', 'service', 'operator']),
  isInstallationAdmin: z.boolean(),
  status: z.enum(['active', 'disabled']),
  createdAt: z.iso.datetime(),
  lastSignInAt: z.iso.datetime().nullable(),
  lockedUntil: z.iso.datetime().nullable(),
  hasSecondFactor: z.boolean(),
  teams: z.array(z.object({ id: z.string(), name: z.string(), role: Role })),
});
export type User = z.infer<typeof User>;

export const listUsers = endpoint({
  method: 'GET',
  path: '/api/users',
  module,
  access: 'installation:write',
  summary: 'The users of the installation, by name',
  query: PageQuery.extend({ q: z.string().max(100).optional().describe('part of name or e-mail') }),
  result: pageOf(User),
});

export const getUser = endpoint({
  method: 'GET',
  path: '/api/users/:userId',
  module,
  access: 'installation:write',
  summary: 'A user with their teams',
  params: UserParams,
  result: User,
});

export const createUser = endpoint({
  method: 'POST',
  path: '/api/users',
  module,
  access: 'installation:write',
  summary: 'Create a user',
  body: z.object({
    email: Email,
    name: PersonName,
    password: NewPassword.optional().describe('without one, a reset link lets the user choose it'),
    isInstallationAdmin: z.boolean().default(false),
  }),
  unmasked: ['password'],
  idempotent: { shownOnce: [] },
  result: User,
  status: 201,
});

export const changeUser = endpoint({
  method: 'PATCH',
  path: '/api/users/:userId',
  module,
  access: 'installation:write',
  summary: 'Rename, disable or enable a user, or make them an administrator of the installation',
  description: 'Disabling ends all sessions. The last active administrator cannot be taken away.',
  params: UserParams,
  body: z
    .object({
      name: PersonName,
      status: z.enum(['active', 'disabled']),
      isInstallationAdmin: z.boolean(),
    })
    .partial(),
  result: User,
});

export const deleteUser = endpoint({
  method: 'DELETE',
  path: '/api/users/:userId',
  module,
  access: 'installation:write',
  summary:
    'Delete a user with their memberships, sessions and keys; the audit trail keeps their id',
  params: UserParams,
  result: z.object({ id: z.string() }),
});

export const createResetLink = endpoint({
  method: 'POST',
  path: '/api/users/:userId/reset-link',
  module,
  access: 'installation:write',
  summary: 'Create a one-time link, valid for a day, by which the user sets a new password',
  params: UserParams,
  result: z.object({
    path: z.string().describe('path of the link on this server'),
    expiresAt: z.iso.datetime(),
  }),
  status: 201,
});
