import { isIP } from 'node:net';
import { z } from 'zod';
import { Secret } from './secret.js';

const wholeNumber = (from: number, to: number) => {
  const problem = `must be a whole number from ${from} to ${to}`;
  return z.coerce.number(problem).int(problem).min(from, problem).max(to, problem);
};

const proxies = z
  .string()
  .transform((list) =>
    list
      .split(',')
      .map((part) => part.trim())
      .filter(Boolean),
  )
  .refine(
    (parts) => parts.every((part) => isIP(part.replace(/\/\d{1,3}$/, '')) > 0),
    'must be addresses or ranges, comma-separated',
  );

/** Who may sign in, from where and for how long. */
export const identityVariables = {
  publicUrl: {
    name: 'PUBLIC_URL',
    help: 'address at which browsers reach the server; its host is accepted beside loopback, and https makes cookies secure',
    example: 'https://cspm.example.org',
    schema: z
      .url({ protocol: /^https?$/, error: 'must be an http or https address' })
      .nullable()
      .default(null),
  },
  trustedProxies: {
    name: 'TRUSTED_PROXIES',
    help: 'addresses and ranges of proxies whose X-Forwarded-For and -Proto count, comma-separated',
    example: '10.0.0.0/8',
    schema: proxies.nullable().default(null),
  },
  requestsPerMinute: {
    name: 'REQUESTS_PER_MINUTE',
    help: 'requests that one address, account or API key may send in a minute',
    example: '6000',
    schema: wholeNumber(1, 10_000_000).default(6_000),
  },
  metricsToken: {
    name: 'METRICS_TOKEN',
    help: 'bearer token that opens /metrics beyond loopback, at least 16 characters; unset: loopback only',
    example: '3f9c0d2e7a61b85490ce12f47d3ab608',
    schema: z
      .string()
      .min(16, 'needs at least 16 characters')
      .regex(/^\S+$/, 'must not contain spaces')
      .transform((value) => new Secret(value))
      .nullable()
      .default(null),
  },
  sessionIdleMinutes: {
    name: 'SESSION_IDLE_MINUTES',
    help: 'minutes without a request after which a session ends',
    example: '480',
    schema: wholeNumber(1, 43_200).default(480),
  },
  sessionHours: {
    name: 'SESSION_HOURS',
    help: 'a session ends after this time, however much it is used',
    example: '168',
    schema: wholeNumber(1, 8_760).default(168),
  },
  adminEmail: {
    name: 'DEFAULT_ADMIN_EMAIL',
    help: 'first administrator of an unattended installation; needs the password too; ignored once set up',
    example: 'admin@example.org',
    schema: z.email('must be an e-mail address').nullable().default(null),
  },
  adminPassword: {
    name: 'DEFAULT_ADMIN_PASSWORD',
    help: 'the password of DEFAULT_ADMIN_EMAIL, at least 12 characters',
    example: 'a long and unusual sentence',
    schema: z
      .string()
      .min(12, 'needs at least 12 characters')
      .transform((value) => new Secret(value))
      .nullable()
      .default(null),
  },
};
