import { z } from 'zod';
import { endpoint } from './endpoint.js';
import { SCAN_KINDS, ScanRequest } from './orchestration.js';
import { listOf, PageQuery, pageOf } from './page.js';

/** Scans on schedule, which people of a team make; internal jobs are in `scan-operations.ts`. */
const PREFIX = '/api/scans/schedules';

export const MAX_JITTER_MINUTES = 240;

/** One run: the scan it started, or why it started none. */
export const ScheduleRun = z.object({
  at: z.string(),
  outcome: z.enum(['started', 'skipped', 'failed']),
  scanId: z
    .string()
    .nullable()
    .describe('the started scan; of a skipped run, the scan of the target that was still active'),
  reason: z.string().nullable(),
});
export type ScheduleRun = z.infer<typeof ScheduleRun>;

const timing = {
  cron: z.string().max(200).describe('five fields, or @hourly, @daily, @weekly, @monthly'),
  everyMs: z.number().int().describe('an interval, instead of a cron expression'),
  timeZone: z.string().max(100).describe('IANA name of the zone of `cron`, e.g. Europe/Berlin'),
  jitterMinutes: z
    .number()
    .int()
    .min(0)
    .max(MAX_JITTER_MINUTES)
    .describe('each run starts up to this much later'),
};

export const ScanSchedule = z.object({
  id: z.string(),
  name: z.string(),
  kind: z.string(),
  target: z.string().describe('the target as text'),
  targetKey: z.string().describe('`targetKey` of its scans'),
  request: ScanRequest,
  madeBy: z
    .enum(['person', 'account'])
    .describe('`account`: made with a cloud account, and removed with it'),
  createdBy: z.string(),
  createdAt: z.string(),
  cron: timing.cron.nullable(),
  everyMs: timing.everyMs.nullable(),
  timeZone: timing.timeZone,
  jitterMinutes: z.number(),
  enabled: z.boolean(),
  nextRunAt: z.string().nullable(),
  nextRuns: z.array(z.string()).describe('the next runs before jitter; empty while paused'),
  lastRun: ScheduleRun.nullable(),
});
export type ScanSchedule = z.infer<typeof ScanSchedule>;

export const NewScanSchedule = z.object({
  name: z.string().trim().min(1).max(120).optional().describe('default: the target'),
  request: ScanRequest,
  cron: timing.cron.optional(),
  everyMs: timing.everyMs.optional(),
  timeZone: timing.timeZone.default('UTC'),
  jitterMinutes: timing.jitterMinutes.default(0),
  enabled: z.boolean().default(true),
});
export type NewScanSchedule = z.infer<typeof NewScanSchedule>;

export const ScanScheduleChanges = z.object({
  name: NewScanSchedule.shape.name,
  request: ScanRequest.optional(),
  cron: timing.cron.optional(),
  everyMs: timing.everyMs.optional(),
  timeZone: timing.timeZone.optional(),
  jitterMinutes: timing.jitterMinutes.optional(),
  enabled: z.boolean().optional().describe('false pauses it'),
});
export type ScanScheduleChanges = z.infer<typeof ScanScheduleChanges>;

const ScheduleParams = z.object({ scheduleId: z.string() });
const module = 'orchestration';

export const listScanSchedules = endpoint({
  method: 'GET',
  path: PREFIX,
  module,
  access: 'scans:read',
  summary: 'Scan schedules of the team by name, with next and last run',
  query: PageQuery.extend({
    kind: listOf(z.enum(SCAN_KINDS)),
    target: z.string().max(300).optional().describe('`targetKey` of its scans'),
    q: z.string().max(200).optional().describe('text in the name or target'),
  }),
  result: pageOf(ScanSchedule),
});
export const createScanSchedule = endpoint({
  method: 'POST',
  path: PREFIX,
  module,
  access: 'scans:run',
  summary: 'Schedule scans of a target',
  description:
    'Give either `cron` or `everyMs`. A run is skipped, and recorded as skipped, while another scan of the target is active.',
  body: NewScanSchedule,
  unmasked: ['request'],
  idempotent: { shownOnce: [] },
  result: ScanSchedule,
  status: 201,
});
export const getScanSchedule = endpoint({
  method: 'GET',
  path: `${PREFIX}/:scheduleId`,
  module,
  access: 'scans:read',
  summary: 'One scan schedule with its last runs',
  params: ScheduleParams,
  result: ScanSchedule.extend({ runs: z.array(ScheduleRun).describe('newest first, at most 20') }),
});
export const changeScanSchedule = endpoint({
  method: 'PATCH',
  path: `${PREFIX}/:scheduleId`,
  module,
  access: 'scans:run',
  summary: 'Change, pause or resume a scan schedule',
  params: ScheduleParams,
  body: ScanScheduleChanges,
  unmasked: ['request'],
  result: ScanSchedule,
});
export const deleteScanSchedule = endpoint({
  method: 'DELETE',
  path: `${PREFIX}/:scheduleId`,
  module,
  access: 'scans:run',
  summary: 'Delete a scan schedule; its scans stay',
  params: ScheduleParams,
  result: z.object({ id: z.string() }),
});
export const runScanSchedule = endpoint({
  method: 'POST',
  path: `${PREFIX}/:scheduleId/run`,
  module,
  access: 'scans:run',
  summary: 'Run a scan schedule now, in addition to its timing',
  params: ScheduleParams,
  result: ScanSchedule,
});
export const previewTiming = endpoint({
  method: 'GET',
  path: '/api/scans/schedule-preview',
  module,
  access: 'scans:read',
  summary: 'The next runs of a timing, or what is wrong with it',
  query: z.object({
    cron: timing.cron.optional(),
    everyMs: z.coerce.number().int().optional(),
    timeZone: timing.timeZone.default('UTC'),
  }),
  result: z.object({ nextRuns: z.array(z.string()) }),
});
