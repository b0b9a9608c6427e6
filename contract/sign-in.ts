import { z } from 'zod';
import { endpoint } from './endpoint.js';

const module = 'identity';

/** As it is compared: without spaces around it and in lower case. */
export const Email = z
  .string()
  .max(254)
  .trim()
  .toLowerCase()
  .pipe(z.email('is not an e-mail address'));
export const PASSWORD_MIN = 12;
export const PASSWORD_MAX = 256;
/** Only its length is checked here; the server judges how easily it is guessed. */
export const NewPassword = z
  .string()
  .min(PASSWORD_MIN, `needs at least ${PASSWORD_MIN} characters`)
  .max(PASSWORD_MAX, `has at most ${PASSWORD_MAX} characters`);
const GivenPassword = z.string().min(1).max(1_000);
export const PersonName = z.string().trim().min(1).max(100);
const OneTimeToken = z.string().min(20).max(200);

const SignedIn = z.object({ userId: z.string() });
/** Signed in with a cookie, or first asked for the second factor (`POST /api/auth/mfa`). */
export const Entered = z.object({
  userId: z.string().nullable(),
  challenge: z.object({ token: z.string(), expiresAt: z.iso.datetime() }).nullable(),
});

export const getSetup = endpoint({
  method: 'GET',
  path: '/api/setup',
  module,
  access: 'public',
  summary: 'Whether the first administrator must still be created',
  result: z.object({ needed: z.boolean() }),
});

export const setUp = endpoint({
  method: 'POST',
  path: '/api/setup',
  module,
  access: 'public',
  summary: 'Create the first administrator, and sign in; possible once',
  body: z.object({ email: Email, name: PersonName, password: NewPassword }),
  unmasked: ['password'],
  result: SignedIn,
  status: 201,
});

export const signIn = endpoint({
  method: 'POST',
  path: '/api/auth/login',
  module,
  access: 'public',
  summary: 'Sign in with e-mail and password; the session is a cookie',
  description:
    'After 5 failures the account is locked for 15 minutes. An unknown account gets the same answer.',
  body: z.object({ email: Email, password: GivenPassword }),
  unmasked: ['password'],
  result: Entered,
});

export const signInByLink = endpoint({
  method: 'POST',
  path: '/api/auth/link',
  module,
  access: 'public',
  summary: 'Sign in with the one-time link that the server printed at its start',
  body: z.object({ token: OneTimeToken }),
  unmasked: ['token'],
  result: SignedIn,
});

export const signOut = endpoint({
  method: 'POST',
  path: '/api/auth/logout',
  module,
  access: 'signed-in',
  summary: 'End this session',
  result: z.object({
    signedOut: z.literal(true),
    continueAt: z
      .string()
      .nullable()
      .default(null)
      .describe('where the browser also signs out of the identity provider'),
  }),
});

export const changeName = endpoint({
  method: 'PATCH',
  path: '/api/auth/me',
  module,
  access: 'signed-in',
  summary: 'Change your name',
  body: z.object({ name: PersonName }),
  result: z.object({ id: z.string(), name: z.string() }),
});

export const changePassword = endpoint({
  method: 'POST',
  path: '/api/auth/password',
  module,
  access: 'signed-in',
  summary: 'Change your password; ends your other sessions',
  body: z.object({ current: GivenPassword, next: NewPassword }),
  unmasked: ['current', 'next'],
  result: z.object({ endedSessions: z.number().int() }),
});

export const resetPassword = endpoint({
  method: 'POST',
  path: '/api/auth/password/reset',
  module,
  access: 'public',
  summary: 'Set a new password with a one-time link from an administrator; ends all sessions',
  body: z.object({ token: OneTimeToken, password: NewPassword }),
  unmasked: ['password', 'token'],
  result: Entered,
});

export const switchTeam = endpoint({
  method: 'PUT',
  path: '/api/auth/team',
  module,
  access: 'signed-in',
  summary: 'Choose the team that this session works in',
  body: z.object({ teamId: z.string().max(100) }),
  result: z.object({ teamId: z.string() }),
});

export const Session = z.object({
  id: z.string(),
  isCurrent: z.boolean(),
  createdAt: z.iso.datetime(),
  lastSeenAt: z.iso.datetime(),
  endsAt: z.iso.datetime().describe('at the latest'),
  address: z.string().nullable(),
  client: z.string().nullable().describe('user agent'),
  by: z
    .enum(['password', 'link', 'setup', 'invitation', 'provider'])
    .describe('how it was signed in'),
});
export type Session = z.infer<typeof Session>;

export const listSessions = endpoint({
  method: 'GET',
  path: '/api/auth/sessions',
  module,
  access: 'signed-in',
  summary: 'Your sessions, newest first',
  result: z.object({ items: z.array(Session) }),
});

export const endSession = endpoint({
  method: 'DELETE',
  path: '/api/auth/sessions/:sessionId',
  module,
  access: 'signed-in',
  summary: 'End one of your sessions',
  params: z.object({ sessionId: z.string() }),
  result: z.object({ ended: z.number().int() }),
});

export const endOtherSessions = endpoint({
  method: 'DELETE',
  path: '/api/auth/sessions',
  module,
  access: 'signed-in',
  summary: 'End all your sessions but this one',
  result: z.object({ ended: z.number().int() }),
});
