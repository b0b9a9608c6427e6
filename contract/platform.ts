import { z } from 'zod';
import { ApiKey } from './api-keys.js';
import { AuditReach } from './audit-reach.js';
import { endpoint, PERMISSIONS } from './endpoint.js';
import { Role } from './roles.js';

export const ModuleHealth = z.object({
  name: z.string(),
  status: z.enum(['available', 'unavailable']),
  /** Path prefixes that the module serves. */
  prefixes: z.array(z.string()),
  reason: z.string().nullable().describe('reason when unavailable'),
  needsRestart: z
    .boolean()
    .describe('only a restart of the server helps; without it the module returns by itself'),
});
export type ModuleHealth = z.infer<typeof ModuleHealth>;

export const DatabaseHealth = z.object({
  name: z.string(),
  backend: z.enum(['sqlite', 'mongodb']),
  ok: z.boolean(),
  latencyMs: z.number(),
  problem: z.string().nullable(),
});

export const FilesHealth = z.object({
  backend: z.enum(['folder', 'database', 's3']),
  where: z.string().describe('the database or the bucket; DATA_DIR for the folder'),
  ok: z.boolean(),
  problem: z.string().nullable(),
  processes: z.number().int().describe('running servers and workers of this installation'),
  blind: z
    .array(
      z.object({
        host: z.string(),
        pid: z.number().int(),
        role: z.string(),
        backend: z.enum(['folder', 'database', 's3']),
      }),
    )
    .describe('those that do not see the files of the others'),
});

export const QueueHealth = z.object({
  backend: z.enum(['database', 'redis']),
  ok: z.boolean(),
  problem: z.string().nullable(),
});

export const ClockHealth = z.object({
  ok: z.boolean(),
  problem: z
    .string()
    .nullable()
    .describe('the clock went back, and stored times are in the future'),
  repaired: z
    .object({ at: z.string(), from: z.string(), times: z.number().int() })
    .nullable()
    .describe(
      'the last repair of stored times: from which time the clock went back, and how many were repaired',
    ),
});

export const StorageHealth = z.object({
  ok: z.boolean(),
  problems: z
    .array(z.string())
    .describe('a data folder that is full or read-only, a lost master key'),
});

export const ToolState = z.object({
  tool: z.string(),
  available: z.boolean(),
  by: z.enum(['docker', 'native']),
  version: z.string().nullable(),
  missing: z.string().nullable().describe('what is missing, and how to install it'),
});

export const Health = z.object({
  status: z.enum(['ok', 'degraded']),
  version: z.string(),
  uptimeSeconds: z.number(),
  modules: z.array(ModuleHealth),
  databases: z.array(DatabaseHealth),
  files: FilesHealth.describe('where reports, evidence, packages and waiting uploads are'),
  queue: QueueHealth,
  clock: ClockHealth,
  storage: StorageHealth,
  tools: z
    .array(ToolState)
    .nullable()
    .describe('null in a process that runs no scans, and until tools were probed'),
});
export type Health = z.infer<typeof Health>;

export const Me = z.object({
  user: z.object({ id: z.string(), name: z.string(), email: z.string().nullable() }),
  team: z.object({ id: z.string(), name: z.string() }),
  membership: z
    .object({
      role: Role,
      until: z.iso.datetime().nullable().describe('when it ends by itself'),
      reach: AuditReach.and(z.object({ frameworkName: z.string() })).nullable(),
    })
    .nullable()
    .describe('in this team; null for who is no member of it'),
  /** The teams that the user may switch to. */
  teams: z.array(z.object({ id: z.string(), name: z.string() })),
  needsSecondFactor: z
    .boolean()
    .describe('the team asks for a second factor, which this session has not shown'),
  permissions: z.array(z.enum(PERMISSIONS)),
  key: ApiKey.pick({ id: true, name: true, prefix: true, expiresAt: true })
    .optional()
    .describe('the API key of the request'),
  modules: z.array(ModuleHealth),
});
export type Me = z.infer<typeof Me>;

export const getHealth = endpoint({
  method: 'GET',
  path: '/api/health',
  module: 'platform',
  access: 'public',
  summary: 'Liveness, and the state of modules, databases, files, storage, clock and tools',
  description: '`degraded` when one of them is unavailable; the others work.',
  result: Health,
});

export const getReady = endpoint({
  method: 'GET',
  path: '/api/health/ready',
  module: 'platform',
  access: 'public',
  summary: 'Readiness: 200 while the server can serve, otherwise 503',
  description:
    'Fails while the server stops, or when a database that everything needs is lost: that of teams, or that of the embedded queue. A module whose database is lost is listed in /api/health, and the others serve.',
  result: z.object({ ready: z.literal(true) }),
});

export const getMe = endpoint({
  method: 'GET',
  path: '/api/me',
  module: 'platform',
  access: 'signed-in',
  summary: 'The caller: identity, active team, permissions and available modules',
  result: Me,
});
