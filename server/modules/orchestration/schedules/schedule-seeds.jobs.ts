import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { ScanRequest } from '../../../../contract/orchestration.js';
import { jobType } from '../../../platform/queue/job-queue.js';
import type { ScheduleSeed } from '../../../platform/scheduler/schedule.js';
import type { UnifiedLifecycleScheduler } from '../../../platform/scheduler/unified-lifecycle-scheduler.js';
import type { StoredAccount } from '../../cloud-security/index.js';

/** Starts the scan of a schedule. */
export const scanOnSchedule = jobType(
  'orchestration.scan-on-schedule',
  z.object({ scheduleId: z.string() }),
  { concurrency: 2, timeoutMs: 5 * 60_000 },
);
/** Of former releases, whose schedules enqueued the scan of an account itself: ended, as each blocks its schedule. */
export const formerAccountScan = jobType('orchestration.scan-account', z.looseObject({}), {
  attempts: 1,
});
export const reapScans = jobType('orchestration.reap-scans', z.object({}), {
  attempts: 1,
  timeoutMs: 5 * 60_000,
});
export const purgeOld = jobType('orchestration.purge-old', z.object({}), { attempts: 2 });

const owner = 'orchestration';

type Define = (scheduler: Pick<UnifiedLifecycleScheduler, 'define'>) => Promise<void>;
const seeded =
  <S extends z.ZodType>(seed: ScheduleSeed<S>): Define =>
  (scheduler) =>
    scheduler.define(seed);

/** The system's own recurring jobs, which belong to no team. */
export const SYSTEM_SCHEDULES: readonly Define[] = [
  seeded({
    id: 'orchestration.reap-scans',
    title: 'Repair scans whose jobs are lost',
    owner,
    job: reapScans,
    payload: {},
    everyMs: 15_000,
    overlap: 'skip',
  }),
  seeded({
    id: 'orchestration.purge-old',
    title: 'Delete data past its retention period',
    owner,
    job: purgeOld,
    payload: {},
    cron: '30 2 * * *',
    overlap: 'skip',
  }),
];

export interface AccountScan {
  seed: ScheduleSeed<typeof scanOnSchedule.schema>;
  request: ScanRequest;
}

/** Severe checks daily, a full scan weekly; accounts are spread over the early hours. */
export function accountScans({
  id,
  teamId,
  name,
}: Pick<StoredAccount, 'id' | 'teamId' | 'name'>): AccountScan[] {
  const spread = createHash('sha256').update(id).digest();
  const minute = (spread[0] ?? 0) % 60;
  const hour = (spread[1] ?? 0) % 5;
  const scanOf = (scheduleId: string, title: string, cron: string): AccountScan['seed'] => ({
    ...{ id: scheduleId, title, owner, teamId, cron, overlap: 'skip' },
    ...{ job: scanOnSchedule, payload: { scheduleId } },
  });
  const request = { kind: 'cloud' as const, accountId: id };
  return [
    {
      seed: scanOf(dailyId(id), `Daily scan of ${name}`, `${minute} ${hour} * * 1-6`),
      request: { ...request, severities: ['critical', 'high'] },
    },
    {
      seed: scanOf(weeklyId(id), `Weekly full scan of ${name}`, `${minute} ${hour} * * 0`),
      request,
    },
  ];
}

export const dailyId = (accountId: string) => `orchestration.daily-scan/${accountId}`;
export const weeklyId = (accountId: string) => `orchestration.weekly-scan/${accountId}`;
