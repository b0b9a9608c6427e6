import { z } from 'zod';
import { endpoint } from './endpoint.js';

const module = 'identity';
const Code = z.string().trim().min(6).max(40);
const RecoveryCodes = z.object({
  recoveryCodes: z.array(z.string()).describe('each works once; shown this once'),
});

export const getSecondFactor = endpoint({
  method: 'GET',
  path: '/api/auth/mfa',
  module,
  access: 'signed-in',
  summary: 'Your second factor',
  result: z.object({
    totp: z.boolean().describe('an authenticator app'),
    recoveryCodesLeft: z.number().int(),
  }),
});

export const beginTotp = endpoint({
  method: 'POST',
  path: '/api/auth/mfa/totp',
  module,
  access: 'signed-in',
  summary: 'Make a secret for an authenticator app; it counts once a code is confirmed',
  result: z.object({
    secret: z.string().describe('base32, to type in'),
    uri: z.string().describe('otpauth://…'),
    qr: z.string().describe('the same as a QR code, SVG'),
  }),
  status: 201,
});

export const confirmTotp = endpoint({
  method: 'POST',
  path: '/api/auth/mfa/totp/confirm',
  module,
  access: 'signed-in',
  summary: 'Turn the second factor on with a first code; ends your other sessions',
  body: z.object({ code: Code }),
  unmasked: ['code'],
  result: RecoveryCodes,
});

export const removeTotp = endpoint({
  method: 'POST',
  path: '/api/auth/mfa/totp/remove',
  module,
  access: 'signed-in',
  summary: 'Turn the second factor off',
  body: z.object({ code: Code.describe('of the app, or a recovery code') }),
  unmasked: ['code'],
  result: z.object({ totp: z.literal(false) }),
});

export const renewRecoveryCodes = endpoint({
  method: 'POST',
  path: '/api/auth/mfa/recovery-codes',
  module,
  access: 'signed-in',
  summary: 'Make ten new recovery codes in place of the old ones',
  body: z.object({ code: Code }),
  unmasked: ['code'],
  result: RecoveryCodes,
});

export const answerChallenge = endpoint({
  method: 'POST',
  path: '/api/auth/mfa',
  module,
  access: 'public',
  summary: 'Finish a sign-in with the second factor',
  body: z.object({
    challenge: z.string().min(20).max(200),
    code: Code.describe('of the app, or a recovery code'),
  }),
  unmasked: ['code', 'challenge'],
  result: z.object({ userId: z.string() }),
});

export const resetSecondFactor = endpoint({
  method: 'DELETE',
  path: '/api/users/:userId/mfa',
  module,
  access: 'installation:write',
  summary: 'Remove the second factor of a user who lost it',
  params: z.object({ userId: z.string() }),
  result: z.object({ userId: z.string() }),
});
