import { z } from 'zod';
import { Secret } from './secret.js';

/** Outbound calls and e-mail. */
export const outboundVariables = {
  outboundAllow: {
    name: 'OUTBOUND_ALLOW',
    help: 'private hosts and address ranges that webhooks and sign-in with identity providers may reach, also over http, comma-separated',
    example: '10.20.0.0/16,hooks.corp.example',
    schema: z
      .string()
      .transform((list) =>
        list
          .split(',')
          .map((part) => part.trim())
          .filter(Boolean),
      )
      .pipe(
        z
          .array(
            z.string().regex(/^[\w.:*-]+(\/\d{1,3})?$/, 'must be addresses, ranges or host names'),
          )
          .max(200),
      )
      .default([]),
  },
  smtpUrl: {
    name: 'SMTP_URL',
    help: 'mail server for drift notifications',
    example: 'smtps://user:password@mail.example.org:465',
    schema: z
      .string()
      .regex(/^smtps?:\/\/[^\s/]+/, 'must begin with smtp:// or smtps:// and name a host')
      .transform((value) => new Secret(value))
      .nullable()
      .default(null),
  },
  smtpFrom: {
    name: 'SMTP_FROM',
    help: 'sender of e-mail; required with SMTP_URL',
    example: 'cspm@example.org',
    schema: z.email('must be an e-mail address').nullable().default(null),
  },
};
