import { z } from 'zod';

export const WebhookUrl = z
  .url({ protocol: /^https?$/, error: 'must be an https address' })
  .max(2_000);

/** As Standard Webhooks writes it. */
export const WebhookSecret = z
  .string()
  .regex(
    /^whsec_[A-Za-z0-9+/]{32,88}={0,2}$/,
    'must be whsec_ and 24 to 64 random bytes in base64',
  );
