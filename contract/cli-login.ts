import { z } from 'zod';
import { endpoint, PERMISSIONS, type Permission } from './endpoint.js';

const module = 'identity';

/** What the commands of `cspm` need against a server; the key of `cspm login` has at most these. */
export const CLI_PERMISSIONS = [
  'team:read',
  'imports:read',
  'imports:write',
  'findings:read',
  'findings:triage',
  'compliance:read',
  'compliance:write',
  'accounts:read',
  'scans:read',
  'scans:run',
  'drift:read',
  'drift:write',
  'evidence:read',
  'evidence:write',
] as const satisfies readonly Permission[];

/** Where a signed-in user confirms a login. */
export const CLI_LOGIN_PATH = '/connect';
export const CLI_LOGIN_MINUTES = 10;

/** Eight consonants as `BCDF-GHJK`: no words, and nothing that looks like another letter. */
export const LoginCode = z
  .string()
  .max(20)
  .trim()
  .toUpperCase()
  .regex(/^[B-DF-HJ-NP-TV-XZ]{4}-?[B-DF-HJ-NP-TV-XZ]{4}$/, 'must look like BCDF-GHJK')
  .transform((text) => `${text.slice(0, 4)}-${text.slice(-4)}`);

export const startCliLogin = endpoint({
  method: 'POST',
  path: '/api/auth/cli/start',
  module,
  access: 'public',
  summary: 'Begin to sign a command line in: a code to confirm in the browser',
  description: `The code lives ${CLI_LOGIN_MINUTES} minutes and works once. Whoever confirms it gives the command line an API key.`,
  body: z.object({
    client: z.string().trim().min(1).max(60).describe('the machine, as the page names it'),
  }),
  result: z.object({
    token: z.string().describe('for `poll`; keep it secret'),
    code: z.string().describe('to compare with the page'),
    path: z.string().describe('page of the web app that asks for the code'),
    expiresAt: z.iso.datetime(),
    pollSeconds: z.number().int(),
  }),
  status: 201,
});

export const pollCliLogin = endpoint({
  method: 'POST',
  path: '/api/auth/cli/poll',
  module,
  access: 'public',
  summary: 'Whether a code was confirmed; the key is given this once',
  body: z.object({ token: z.string().min(20).max(200) }),
  unmasked: ['token'],
  result: z.object({
    state: z.enum(['waiting', 'allowed', 'refused']),
    key: z.string().nullable().describe('when allowed: the API key'),
  }),
});

export const previewCliLogin = endpoint({
  method: 'POST',
  path: '/api/auth/cli/preview',
  module,
  access: 'keys:write',
  summary: 'Which command line a code is of, and what it would get',
  body: z.object({ code: LoginCode }),
  result: z.object({
    code: z.string(),
    client: z.string().describe('as the command line names itself'),
    address: z.string(),
    startedAt: z.iso.datetime(),
    expiresAt: z.iso.datetime(),
    permissions: z.array(z.enum(PERMISSIONS)),
  }),
});

export const answerCliLogin = endpoint({
  method: 'POST',
  path: '/api/auth/cli/answer',
  module,
  access: 'keys:write',
  summary: 'Give a command line an API key of yours in this team, or refuse it',
  body: z.object({ code: LoginCode, isAllowed: z.boolean() }),
  result: z.object({ isAllowed: z.boolean() }),
});

export const endCliLogin = endpoint({
  method: 'POST',
  path: '/api/auth/cli/logout',
  module,
  access: 'signed-in',
  summary: 'Revoke the API key of this request',
  result: z.object({ id: z.string() }),
});
