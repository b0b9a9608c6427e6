import { empty, hidden, type Probe, refused } from './probe.js';

const STRANGE = 'a-token-that-nobody-made';
const SENTENCE = 'nine quiet lanterns drift';

/**
 * The callers are actors without accounts, so that whatever is about an account or a session is refused; the tests of
 * the module `identity` sign in.
 */
export const IDENTITY_PROBES: Record<string, Probe> = {
  'GET /api/identity-providers': empty,
  'POST /api/identity-providers': {
    ...refused,
    payload: () => ({ id: 'b', name: 'b', issuer: 'https://127.0.0.1:1', clientId: 'b' }),
  },
  'POST /api/identity-providers/check': {
    ...refused,
    payload: () => ({ issuer: 'https://127.0.0.1:1' }),
  },
  'PATCH /api/identity-providers/:providerId': {
    ...refused,
    payload: () => ({ name: 'b' }),
  },
  'DELETE /api/identity-providers/:providerId': {
    ...refused,
  },
  'GET /api/identity-providers/identities': empty,
  'POST /api/identity-providers/identities/:identityId/admit': {
    ...refused,
    payload: () => ({}),
  },
  'DELETE /api/identity-providers/identities/:identityId': {
    ...refused,
  },
  'GET /api/auth/oidc/providers': empty,
  'GET /api/auth/oidc/identities': empty,
  'DELETE /api/auth/oidc/identities/:identityId': {
    ...refused,
  },
  'POST /api/auth/oidc/providers/:providerId/start': {
    ...refused,
    payload: () => ({}),
  },
  'POST /api/auth/oidc/providers/:providerId/link': {
    ...refused,
  },
  'POST /api/auth/oidc/providers/:providerId/callback': {
    ...refused,
    payload: () => ({ query: 'code=b&state=b' }),
  },
  'POST /api/auth/oidc/providers/:providerId/backchannel-logout': refused,
  'GET /api/setup': empty,
  'POST /api/setup': { ...refused, payload: () => ({ email: 'b', name: 'b', password: 'b' }) },
  'POST /api/auth/login': {
    ...refused,
    payload: () => ({ email: 'b@example.org', password: SENTENCE }),
  },
  'POST /api/auth/link': { ...refused, payload: () => ({ token: STRANGE }) },
  'POST /api/auth/password/reset': {
    ...refused,
    payload: () => ({ token: STRANGE, password: SENTENCE }),
  },
  'POST /api/auth/password': {
    ...refused,
    payload: () => ({ current: SENTENCE, next: SENTENCE }),
  },
  'POST /api/auth/logout': refused,
  'PATCH /api/auth/me': { ...refused, payload: () => ({ name: 'b' }) },
  'PUT /api/auth/team': { ...refused, payload: () => ({ teamId: 'a' }) },
  'GET /api/auth/sessions': empty,
  'DELETE /api/auth/sessions': refused,
  'DELETE /api/auth/sessions/:sessionId': refused,
  'GET /api/auth/mfa': refused,
  'POST /api/auth/mfa': { ...refused, payload: () => ({ challenge: STRANGE, code: '000000' }) },
  'POST /api/auth/mfa/totp': refused,
  'POST /api/auth/mfa/totp/confirm': { ...refused, payload: () => ({ code: '000000' }) },
  'POST /api/auth/mfa/totp/remove': { ...refused, payload: () => ({ code: '000000' }) },
  'POST /api/auth/mfa/recovery-codes': { ...refused, payload: () => ({ code: '000000' }) },
  'DELETE /api/users/:userId/mfa': refused,
  'GET /api/users': empty,
  'POST /api/users': {
    ...empty,
    payload: () => ({ email: 'made-by-b@example.org', name: 'Made by b' }),
  },
  'GET /api/users/:userId': refused,
  'PATCH /api/users/:userId': { ...refused, payload: () => ({ name: 'b' }) },
  'DELETE /api/users/:userId': refused,
  'POST /api/users/:userId/reset-link': refused,
  'GET /api/teams': empty,
  'POST /api/teams': { ...empty, payload: () => ({ name: 'Made by b' }) },
  // Of a team that is not there: administrators of the installation delete any.
  'GET /api/teams/:teamId/deletion': { ...refused, url: () => '/api/teams/never_was/deletion' },
  'POST /api/teams/:teamId/deletion': {
    ...refused,
    url: () => '/api/teams/never_was/deletion',
    payload: () => ({ name: 'Team a' }),
  },
  'GET /api/teams/current': empty,
  'PATCH /api/teams/current': { ...empty, payload: () => ({ name: 'Renamed by b' }) },
  'GET /api/teams/current/members': empty,
  'PUT /api/teams/current/members/:userId': { ...refused, payload: () => ({ role: 'VIEWER' }) },
  'DELETE /api/teams/current/members/:userId': refused,
  'GET /api/invitations': empty,
  'POST /api/invitations': {
    ...empty,
    payload: () => ({ email: 'invited-by-b@example.org', role: 'VIEWER' }),
  },
  'DELETE /api/invitations/:invitationId': hidden,
  'POST /api/invitations/preview': { ...refused, payload: () => ({ token: STRANGE }) },
  'POST /api/invitations/accept': {
    ...refused,
    payload: () => ({ token: STRANGE, password: SENTENCE }),
  },
  'GET /api/api-keys': empty,
  'POST /api/api-keys': {
    ...empty,
    payload: () => ({ name: 'Key of b', permissions: ['findings:read'] }),
  },
  'POST /api/api-keys/:keyId/rotate': { ...hidden, payload: () => ({}) },
  'DELETE /api/api-keys/:keyId': hidden,
  'POST /api/auth/cli/start': { ...empty, payload: () => ({ client: 'laptop of b' }) },
  'POST /api/auth/cli/poll': { ...refused, payload: () => ({ token: STRANGE }) },
  'POST /api/auth/cli/preview': { ...refused, payload: () => ({ code: 'BCDF-GHJK' }) },
  'POST /api/auth/cli/answer': {
    ...refused,
    payload: () => ({ code: 'BCDF-GHJK', isAllowed: true }),
  },
  'POST /api/auth/cli/logout': refused,
  'GET /api/service-accounts': empty,
  'POST /api/service-accounts': {
    ...empty,
    payload: () => ({ name: 'Program of b', role: 'VIEWER' }),
  },
  'PATCH /api/service-accounts/:accountId': { ...refused, payload: () => ({ isDisabled: true }) },
  'DELETE /api/service-accounts/:accountId': refused,
  'GET /api/audit/forwards': empty,
  'POST /api/audit/forwards': {
    ...empty,
    payload: () => ({ target: { kind: 'webhook', url: 'https://203.0.114.10/hook' } }),
  },
  'PATCH /api/audit/forwards/:forwardId': { ...hidden, payload: () => ({ enabled: false }) },
  'POST /api/audit/forwards/:forwardId/send': hidden,
  'DELETE /api/audit/forwards/:forwardId': hidden,
};
