import { z } from 'zod';
import { endpoint, PERMISSIONS } from './endpoint.js';

export const ModuleHealth = z.object({
  name: z.string(),
  status: z.enum(['available', 'unavailable']),
  /** Path prefixes that the module serves. */
  prefixes: z.array(z.string()),
  reason: z.string().nullable().describe('why it is unavailable'),
});
export type ModuleHealth = z.infer<typeof ModuleHealth>;

export const DatabaseHealth = z.object({
  name: z.string(),
  backend: z.enum(['sqlite', 'mongodb']),
  ok: z.boolean(),
  latencyMs: z.number(),
  problem: z.string().nullable(),
});

export const ToolState = z.object({
  tool: z.string(),
  available: z.boolean(),
  by: z.enum(['docker', 'native']),
  version: z.string().nullable(),
  missing: z.string().nullable().describe('what is missing and how to get it'),
});

export const Health = z.object({
  status: z.enum(['ok', 'degraded']),
  version: z.string(),
  uptimeSeconds: z.number(),
  modules: z.array(ModuleHealth),
  databases: z.array(DatabaseHealth),
  tools: z
    .array(ToolState)
    .nullable()
    .describe('null in a process that runs no scans, and until they were looked for'),
});
export type Health = z.infer<typeof Health>;

export const Me = z.object({
  user: z.object({ id: z.string(), name: z.string() }),
  team: z.object({ id: z.string(), name: z.string() }),
  permissions: z.array(z.enum(PERMISSIONS)),
  modules: z.array(ModuleHealth),
});
export type Me = z.infer<typeof Me>;

export const getHealth = endpoint({
  method: 'GET',
  path: '/api/health',
  module: 'platform',
  access: 'public',
  summary: 'Is the process alive, and which modules, databases and tools are available',
  description: '`degraded` when one of them is not; the rest works.',
  result: Health,
});

export const getReady = endpoint({
  method: 'GET',
  path: '/api/health/ready',
  module: 'platform',
  access: 'public',
  summary: 'May traffic be sent here: 200 when every used database answers, 503 when not',
  result: z.object({ ready: z.literal(true) }),
});

export const getMe = endpoint({
  method: 'GET',
  path: '/api/me',
  module: 'platform',
  access: 'team:read',
  summary: 'Who I am, my active team, what I may do, which modules are there',
  result: Me,
});
