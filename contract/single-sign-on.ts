import { z } from 'zod';
import { endpoint } from './endpoint.js';
import { IdentityParams, ProviderParams } from './identity-providers.js';
import { Entered } from './sign-in.js';

const module = 'identity';

export const listSignInProviders = endpoint({
  method: 'GET',
  path: '/api/auth/oidc/providers',
  module,
  access: 'public',
  summary: 'The providers to offer on the sign-in page',
  result: z.object({ items: z.array(z.object({ id: z.string(), name: z.string() })) }),
});

const StartedSignOn = z.object({ url: z.string().describe('where the browser goes next') });

export const startSignOn = endpoint({
  method: 'POST',
  path: '/api/auth/oidc/providers/:providerId/start',
  module,
  access: 'public',
  summary: 'Begin to sign in with an identity provider; a cookie binds it to this browser',
  params: ProviderParams,
  body: z.object({
    next: z.string().max(4_000).default('/').describe('path to return to'),
    token: z.string().min(20).max(200).nullable().default(null).describe('of an invitation'),
  }),
  unmasked: ['token'],
  result: StartedSignOn,
});

export const startLink = endpoint({
  method: 'POST',
  path: '/api/auth/oidc/providers/:providerId/link',
  module,
  access: 'signed-in',
  summary: 'Begin to link your account to an identity provider',
  params: ProviderParams,
  result: StartedSignOn,
});

export const finishSignOn = endpoint({
  method: 'POST',
  path: '/api/auth/oidc/providers/:providerId/callback',
  module,
  access: 'public',
  summary: 'Sign in with what the provider sent the browser back with; works once',
  params: ProviderParams,
  body: z.object({
    query: z.string().max(16_000).describe('the query of the address that the browser came to'),
  }),
  unmasked: ['query'],
  result: Entered.extend({
    outcome: z
      .enum(['signed_in', 'challenge', 'linked', 'waiting'])
      .describe('challenge: POST /api/auth/mfa; waiting: for an administrator, without a session'),
    next: z.string().describe('path to open'),
  }),
});

export const backchannelLogout = endpoint({
  method: 'POST',
  path: '/api/auth/oidc/providers/:providerId/backchannel-logout',
  module,
  access: 'public',
  summary: 'End sessions because the provider says so (OpenID Connect Back-Channel Logout)',
  params: ProviderParams,
  form: true,
  body: z.object({ logout_token: z.string().min(1).max(16_000) }),
  unmasked: ['logout_token'],
  result: z.object({ ended: z.number().int() }),
});

export const LinkedIdentity = z.object({
  id: z.string(),
  provider: z.string(),
  providerName: z.string(),
  subject: z.string(),
  email: z.string().nullable(),
  lastSeenAt: z.iso.datetime(),
});
export type LinkedIdentity = z.infer<typeof LinkedIdentity>;

export const listLinkedIdentities = endpoint({
  method: 'GET',
  path: '/api/auth/oidc/identities',
  module,
  access: 'signed-in',
  summary: 'The identity providers that your account is linked to',
  result: z.object({ items: z.array(LinkedIdentity) }),
});

export const unlinkIdentity = endpoint({
  method: 'DELETE',
  path: '/api/auth/oidc/identities/:identityId',
  module,
  access: 'signed-in',
  summary: 'Unlink your account from an identity provider',
  description: 'Refused for an account that could not sign in without it.',
  params: IdentityParams,
  result: z.object({ id: z.string() }),
});
