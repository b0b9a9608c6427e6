import { z } from 'zod';
import { DriftType } from './drift-words.js';
import { endpoint } from './endpoint.js';
import { PageQuery, pageOf } from './page.js';
import { Severity } from './severity.js';

/** The channel that every team has: the notifications in the web app. */
export const IN_APP = 'in_app';

// ── policies ───────────────────────────────────────────────────────────────────────────────────

const PolicyFields = z.object({
  name: z.string().trim().min(1).max(100),
  enabled: z.boolean(),
  /** None: of every type. */
  types: z.array(DriftType).max(20),
  minSeverity: Severity,
  /** None: of every framework. */
  frameworks: z.array(z.string().max(100)).max(100),
  /** None: of every domain. */
  domains: z.array(z.string().max(20)).max(100),
  /** Ids of channels; `in_app` for the notifications of the web app. */
  channels: z.array(z.string().max(100)).min(1).max(20),
});
export const NewDriftPolicy = PolicyFields.extend({
  enabled: z.boolean().default(true),
  types: PolicyFields.shape.types.default([]),
  minSeverity: Severity.default('medium'),
  frameworks: PolicyFields.shape.frameworks.default([]),
  domains: PolicyFields.shape.domains.default([]),
});
export const DriftPolicy = PolicyFields.extend({ id: z.string(), updatedAt: z.string() });
export type DriftPolicy = z.infer<typeof DriftPolicy>;

const module = 'drift';
const PolicyParams = z.object({ policyId: z.string().max(100) });
const ChannelParams = z.object({ channelId: z.string().max(100) });

export const listDriftPolicies = endpoint({
  method: 'GET',
  path: '/api/drift/policies',
  module,
  access: 'drift:read',
  summary: 'Which drift is told to whom',
  result: z.object({ items: z.array(DriftPolicy) }),
});
export const createDriftPolicy = endpoint({
  method: 'POST',
  path: '/api/drift/policies',
  module,
  access: 'drift:write',
  summary: 'Tell a kind of drift to channels',
  body: NewDriftPolicy,
  result: DriftPolicy,
  status: 201,
});
export const changeDriftPolicy = endpoint({
  method: 'PATCH',
  path: '/api/drift/policies/:policyId',
  module,
  access: 'drift:write',
  summary: 'Change a policy, or switch it on or off',
  params: PolicyParams,
  body: PolicyFields.partial(),
  result: DriftPolicy,
});
export const deleteDriftPolicy = endpoint({
  method: 'DELETE',
  path: '/api/drift/policies/:policyId',
  module,
  access: 'drift:write',
  summary: 'Remove a policy',
  params: PolicyParams,
  result: z.object({ id: z.string() }),
});

// ── channels ───────────────────────────────────────────────────────────────────────────────────

const Url = z.url({ protocol: /^https?$/, error: 'must be an https address' }).max(2_000);
const WebhookSecret = z
  .string()
  .regex(
    /^whsec_[A-Za-z0-9+/]{32,88}={0,2}$/,
    'must be whsec_ and 24 to 64 random bytes in base64',
  );

/** What is needed to reach it. Addresses of Slack, Teams and webhooks are secrets: they are never returned. */
export const ChannelTarget = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('email'), to: z.array(z.email().max(254)).min(1).max(20) }),
  z.object({ kind: z.literal('slack'), url: Url }),
  z.object({ kind: z.literal('teams'), url: Url }),
  z.object({
    kind: z.literal('webhook'),
    url: Url,
    secret: WebhookSecret.optional().describe('made by the server when it is left out'),
  }),
]);
export type ChannelTarget = z.infer<typeof ChannelTarget>;

export const CHANNEL_KINDS = ['email', 'slack', 'teams', 'webhook'] as const;

export const DriftChannel = z.object({
  id: z.string(),
  kind: z.enum(CHANNEL_KINDS),
  name: z.string(),
  enabled: z.boolean(),
  /** Where it goes without what is secret: addresses of mail, or the host of an URL. */
  destination: z.string(),
  maxPerHour: z.number(),
  createdAt: z.string(),
  lastDelivery: z
    .object({ status: z.enum(['pending', 'held', 'sent', 'failed']), at: z.string() })
    .nullable(),
});
export type DriftChannel = z.infer<typeof DriftChannel>;

export const listDriftChannels = endpoint({
  method: 'GET',
  path: '/api/drift/channels',
  module,
  access: 'drift:read',
  summary: 'Where drift can be told: mail, Slack, Teams and webhooks',
  result: z.object({
    items: z.array(DriftChannel),
    /** Whether this server can send mail: SMTP_URL and SMTP_FROM are set. */
    mail: z.boolean(),
  }),
});
export const createDriftChannel = endpoint({
  method: 'POST',
  path: '/api/drift/channels',
  module,
  access: 'drift:write',
  summary: 'Add a channel; a webhook’s secret is shown this once',
  body: z.object({
    name: z.string().trim().min(1).max(100),
    target: ChannelTarget,
    maxPerHour: z.number().int().min(1).max(1_000).default(20),
  }),
  result: DriftChannel.extend({ secret: z.string().nullable() }),
  status: 201,
});
export const changeDriftChannel = endpoint({
  method: 'PATCH',
  path: '/api/drift/channels/:channelId',
  module,
  access: 'drift:write',
  summary: 'Change a channel, or switch it on or off',
  params: ChannelParams,
  body: z.object({
    name: z.string().trim().min(1).max(100).optional(),
    enabled: z.boolean().optional(),
    target: ChannelTarget.optional().describe('of the same kind'),
    maxPerHour: z.number().int().min(1).max(1_000).optional(),
  }),
  result: DriftChannel,
});
export const deleteDriftChannel = endpoint({
  method: 'DELETE',
  path: '/api/drift/channels/:channelId',
  module,
  access: 'drift:write',
  summary: 'Remove a channel, also from the policies that name it',
  params: ChannelParams,
  result: z.object({ id: z.string() }),
});

export const DriftDelivery = z.object({
  id: z.string(),
  channelId: z.string(),
  kind: z.enum(['event', 'digest', 'test']),
  status: z.enum(['pending', 'held', 'sent', 'failed']),
  subject: z.string(),
  events: z.number(),
  attempts: z.number(),
  /** HTTP status of the last answer; null for mail and when there was none. */
  responseStatus: z.number().nullable(),
  /** Beginning of the last answer, at most 500 characters. */
  response: z.string().nullable(),
  problem: z.string().nullable(),
  createdAt: z.string(),
  lastAttemptAt: z.string().nullable(),
});
export type DriftDelivery = z.infer<typeof DriftDelivery>;

export const testDriftChannel = endpoint({
  method: 'POST',
  path: '/api/drift/channels/:channelId/test',
  module,
  access: 'drift:write',
  summary: 'Send a test message now, and say how it went',
  params: ChannelParams,
  result: DriftDelivery,
});
export const listDriftDeliveries = endpoint({
  method: 'GET',
  path: '/api/drift/channels/:channelId/deliveries',
  module,
  access: 'drift:read',
  summary: 'What was sent to a channel and how it went, newest first',
  params: ChannelParams,
  query: PageQuery,
  result: pageOf(DriftDelivery),
});

// ── notifications in the web app ───────────────────────────────────────────────────────────────

export const DriftNotification = z.object({
  id: z.string(),
  title: z.string(),
  text: z.string(),
  severity: Severity,
  /** Null when it stands for several. */
  eventId: z.string().nullable(),
  at: z.string(),
  read: z.boolean(),
});
export type DriftNotification = z.infer<typeof DriftNotification>;

export const listNotifications = endpoint({
  method: 'GET',
  path: '/api/drift/notifications',
  module,
  access: 'drift:read',
  summary: 'News of drift for the one who asks, newest first, with the number of unread ones',
  query: PageQuery.extend({ unread: z.stringbool().optional() }),
  result: pageOf(DriftNotification).extend({ unread: z.number() }),
});
/** Reading changes nothing that others see, but it is a write; so it needs no more than a person who may triage. */
export const readNotifications = endpoint({
  method: 'POST',
  path: '/api/drift/notifications/read',
  module,
  access: 'drift:write',
  summary: 'Mark notifications as read by the one who asks, some or all',
  body: z.object({
    ids: z.array(z.string().max(100)).max(200).optional().describe('all when left out'),
  }),
  result: z.object({ unread: z.number() }),
});
