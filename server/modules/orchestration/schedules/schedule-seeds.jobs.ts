import { createHash } from 'node:crypto';
import { z } from 'zod';
import { jobType } from '../../../platform/queue/job-queue.js';
import type { ScheduleSeed } from '../../../platform/scheduler/schedule.js';
import type { UnifiedLifecycleScheduler } from '../../../platform/scheduler/unified-lifecycle-scheduler.js';
import type { StoredAccount } from '../../cloud-security/index.js';

/** Scans an account on schedule. */
export const scanAccount = jobType(
  'orchestration.scan-account',
  z.object({ accountId: z.string(), depth: z.enum(['incremental', 'full']) }),
  { concurrency: 2, timeoutMs: 5 * 60_000 },
);
export const reapScans = jobType('orchestration.reap-scans', z.object({}), {
  attempts: 1,
  timeoutMs: 5 * 60_000,
});
export const expireTriage = jobType('orchestration.expire-triage', z.object({}), { attempts: 2 });
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
    id: 'orchestration.expire-triage',
    title: 'Reopen findings whose triage has expired',
    owner,
    job: expireTriage,
    payload: {},
    everyMs: 10 * 60_000,
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

/** Severe checks daily, a full scan weekly; accounts are spread over the early hours. */
export function schedulesOf({
  id,
  teamId,
  name,
}: Pick<StoredAccount, 'id' | 'teamId' | 'name'>): ScheduleSeed<typeof scanAccount.schema>[] {
  const spread = createHash('sha256').update(id).digest();
  const minute = (spread[0] ?? 0) % 60;
  const hour = (spread[1] ?? 0) % 5;
  const common = { owner, teamId, job: scanAccount, overlap: 'skip' } as const;
  return [
    {
      ...common,
      id: dailyId(id),
      title: `Daily scan of ${name}`,
      payload: { accountId: id, depth: 'incremental' },
      cron: `${minute} ${hour} * * 1-6`,
    },
    {
      ...common,
      id: weeklyId(id),
      title: `Weekly full scan of ${name}`,
      payload: { accountId: id, depth: 'full' },
      cron: `${minute} ${hour} * * 0`,
    },
  ];
}

export const dailyId = (accountId: string) => `orchestration.daily-scan/${accountId}`;
export const weeklyId = (accountId: string) => `orchestration.weekly-scan/${accountId}`;
