import { z } from 'zod';
import { endpoint } from './endpoint.js';
import { Flag, PageQuery, pageOf } from './page.js';
import { Role } from './roles.js';

const module = 'identity';

/** In addresses, the redirect URI among them. */
const ProviderId = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/, 'takes a–z, 0–9 and hyphens, at most 40');
export const ProviderParams = z.object({ providerId: z.string().max(100) });
const ClaimName = z.string().trim().min(1).max(200);

/** What a claim must hold: one of its values, its only value, or a verified e-mail address of a domain. */
export const CLAIM_TESTS = ['contains', 'equals', 'domain'] as const;

export const ClaimRule = z.object({
  claim: ClaimName.describe('name of a claim, or a path in nested ones: realm_access.roles'),
  test: z
    .enum(CLAIM_TESTS)
    .describe(
      'contains: one of the values; equals: the only value; domain: of a verified e-mail address',
    ),
  value: z.string().trim().min(1).max(500),
  grant: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('team'), teamId: z.string().min(1).max(100), role: Role }),
    z.object({ kind: z.literal('installation_admin') }),
  ]),
});
export type ClaimRule = z.infer<typeof ClaimRule>;

/** Without defaults, which a change of some of them must not bring in. */
const Settings = z.object({
  name: z.string().trim().min(1).max(60).describe('on the sign-in page: Sign in with …'),
  issuer: z.url({ protocol: /^https?$/, error: 'must be an https address' }).max(500),
  clientId: z.string().trim().min(1).max(500),
  scopes: z
    .array(z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]{1,100}$/, 'is not a scope'))
    .max(20)
    .describe('openid is always requested'),
  groupsClaim: ClaimName.describe('the claim that new rules begin with'),
  trustedAmr: z
    .array(z.string().trim().min(1).max(200))
    .max(20)
    .describe('values of amr or acr that satisfy the second factor; empty: none does'),
  trustsEmail: z
    .boolean()
    .describe('e-mail addresses count as verified even if the provider does not say so'),
  signsOut: z.boolean().describe('signing out here also signs out of the provider'),
  isEnabled: z.boolean(),
  rules: z.array(ClaimRule).max(200),
});
export type ProviderSettings = z.infer<typeof Settings>;
const ClientSecret = z.string().min(1).max(2_000).nullable();

export const IdentityProvider = Settings.extend({
  id: ProviderId,
  hasClientSecret: z.boolean(),
  redirectUri: z.string().describe('to register at the provider'),
  signOutUri: z.string().describe('where the provider may send people after signing out'),
  backchannelUri: z.string().describe('back-channel logout URI, to register at the provider'),
  createdAt: z.iso.datetime(),
  people: z.number().int().describe('accounts that are linked to it'),
  withoutPassword: z.number().int().describe('those of them who could not sign in without it'),
  waiting: z.number().int().describe('people who wait to be admitted'),
});
export type IdentityProvider = z.infer<typeof IdentityProvider>;

export const listIdentityProviders = endpoint({
  method: 'GET',
  path: '/api/identity-providers',
  module,
  access: 'installation:write',
  summary: 'The identity providers that people may sign in with, by name',
  result: z.object({ items: z.array(IdentityProvider) }),
});

export const createIdentityProvider = endpoint({
  method: 'POST',
  path: '/api/identity-providers',
  module,
  access: 'installation:write',
  summary: 'Add an identity provider, after a look at its discovery document',
  description:
    'A provider on a private address, or over plain http, must be listed in OUTBOUND_ALLOW by the operator.',
  body: Settings.extend({
    id: ProviderId.describe('in the redirect URI; cannot be changed later'),
    scopes: Settings.shape.scopes.default(['openid', 'email', 'profile']),
    groupsClaim: Settings.shape.groupsClaim.default('groups'),
    trustedAmr: Settings.shape.trustedAmr.default([]),
    trustsEmail: Settings.shape.trustsEmail.default(false),
    signsOut: Settings.shape.signsOut.default(true),
    isEnabled: Settings.shape.isEnabled.default(true),
    rules: Settings.shape.rules.default([]),
    clientSecret: ClientSecret.default(null).describe('null: a public client, by PKCE alone'),
  }),
  unmasked: ['clientSecret'],
  result: IdentityProvider,
  status: 201,
});

export const changeIdentityProvider = endpoint({
  method: 'PATCH',
  path: '/api/identity-providers/:providerId',
  module,
  access: 'installation:write',
  summary: 'Change an identity provider or its rules; rules count at the next sign-in',
  description: 'Disabling it ends the sessions that were signed in with it.',
  params: ProviderParams,
  body: Settings.omit({ issuer: true }).extend({ clientSecret: ClientSecret }).partial(),
  unmasked: ['clientSecret'],
  result: IdentityProvider,
});

export const deleteIdentityProvider = endpoint({
  method: 'DELETE',
  path: '/api/identity-providers/:providerId',
  module,
  access: 'installation:write',
  summary: 'Delete an identity provider, its links to accounts and what its rules gave',
  description: 'Accounts stay. Sessions that were signed in with it end.',
  params: ProviderParams,
  result: z.object({ id: z.string(), unlinked: z.number().int(), endedSessions: z.number().int() }),
});

export const checkIdentityProvider = endpoint({
  method: 'POST',
  path: '/api/identity-providers/check',
  module,
  access: 'installation:write',
  summary: 'Read a provider’s discovery document and keys, without saving anything',
  body: Settings.pick({ issuer: true }),
  result: z.object({
    issuer: z.string(),
    keys: z.number().int().describe('signing keys that it publishes'),
    scopes: z.array(z.string()),
    claims: z.array(z.string()),
    signsOut: z.boolean().describe('people can be signed out of it'),
    backchannel: z.boolean().describe('it reports when people sign out elsewhere'),
    problems: z.array(z.string()).describe('what will not work with it'),
  }),
});

/** A person as a provider knows them. */
export const SignOnIdentity = z.object({
  id: z.string(),
  provider: z.string(),
  subject: z.string().describe('the provider’s id of the person'),
  name: z.string().nullable(),
  email: z.string().nullable().describe('verified only'),
  userId: z.string().nullable().describe('the linked account'),
  userName: z.string().nullable(),
  isWaiting: z.boolean().describe('signed in without being given anything'),
  emailTaken: z.boolean().describe('an account that is not linked has this e-mail address'),
  firstSeenAt: z.iso.datetime(),
  lastSeenAt: z.iso.datetime(),
  claims: z
    .array(z.object({ name: z.string(), value: z.string().describe('JSON') }))
    .describe('what the provider last sent; personal data masked, no tokens'),
  matched: z.array(z.string()).describe('what its rules gave at the last sign-in'),
});
export type SignOnIdentity = z.infer<typeof SignOnIdentity>;

export const listSignOnIdentities = endpoint({
  method: 'GET',
  path: '/api/identity-providers/identities',
  module,
  access: 'installation:write',
  summary: 'Who signed in with identity providers, last first, with what the provider sent',
  query: PageQuery.extend({
    providerId: z.string().max(100).optional(),
    userId: z.string().max(100).optional(),
    isWaiting: Flag.optional(),
  }),
  result: pageOf(SignOnIdentity),
});

export const IdentityParams = z.object({ identityId: z.string().max(100) });

export const admitIdentity = endpoint({
  method: 'POST',
  path: '/api/identity-providers/identities/:identityId/admit',
  module,
  access: 'installation:write',
  summary: 'Admit who waits: to a team with a new account, or by a link to an existing account',
  params: IdentityParams,
  body: z.object({
    userId: z.string().max(100).nullable().default(null).describe('null: a new account'),
    team: z
      .object({ id: z.string().max(100), role: Role })
      .nullable()
      .default(null),
  }),
  result: SignOnIdentity,
});

export const forgetIdentity = endpoint({
  method: 'DELETE',
  path: '/api/identity-providers/identities/:identityId',
  module,
  access: 'installation:write',
  summary: 'Forget who waits, or unlink an account from a provider and end its sessions',
  params: IdentityParams,
  result: z.object({ id: z.string() }),
});
