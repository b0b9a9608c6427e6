import type { ScanRun, ScanSummary, SubJob } from '../../contract/orchestration.js';
import type { SystemJob } from '../../contract/scan-operations.js';
import type { ScanSchedule } from '../../contract/scan-schedules.js';
import type { DeadLetter } from '../features/orchestration/dead-letter.api.js';
import type { ToolHealth } from '../features/orchestration/tool.api.js';

const at = '2026-11-20T10:00:00.000Z';
const none = { opened: 0, reopened: 0, resolved: 0, unchanged: 0, stale: 0 };

export function aSubJob(parts: Partial<SubJob> = {}): SubJob {
  return {
    id: 'sub_1',
    tool: 'prowler',
    name: 'eu-west-1',
    status: 'completed',
    attempt: 1,
    problem: null,
    outcome: 'succeeded',
    coverage: {
      unit: 'checks',
      expected: 318,
      executed: 315,
      evidenced: 312,
      missing: ['s3_account_level_public_access_blocks'],
      skipped: [{ what: 'macie', why: 'not enabled in this region' }],
      toolVersion: '5.13.1',
      databases: [],
    },
    results: 1_302,
    findings: { ...none, opened: 40, resolved: 3 },
    importId: 'imp_1',
    startedAt: at,
    finishedAt: '2026-11-20T10:04:00.000Z',
    log: ['Scanning eu-west-1', 'Done'],
    ...parts,
  };
}

export function aScan(parts: Partial<ScanRun> = {}): ScanRun {
  return {
    id: 'scan_1',
    kind: 'cloud',
    target: 'Production',
    targetKey: 'cloud/acc_1',
    request: { kind: 'cloud', accountId: 'acc_1' },
    status: 'completed',
    isCancelling: false,
    trigger: 'manual',
    requestedBy: 'kim',
    createdAt: at,
    startedAt: at,
    finishedAt: '2026-11-20T10:04:00.000Z',
    durationMs: 240_000,
    progress: 1,
    estimateMs: 200_000,
    problem: null,
    results: 1_302,
    findings: { ...none, opened: 40, resolved: 3 },
    subJobs: [aSubJob()],
    ...parts,
  };
}

/** A scan that is running. */
export function aRunningScan(parts: Partial<ScanRun> = {}): ScanRun {
  const subJob = aSubJob({
    status: 'running',
    outcome: null,
    coverage: null,
    results: 0,
    findings: none,
    finishedAt: null,
    log: ['Scanning eu-west-1'],
  });
  return aScan({
    status: 'running',
    startedAt: new Date(Date.now() - 30_000).toISOString(),
    finishedAt: null,
    durationMs: 30_000,
    progress: 0.25,
    results: 0,
    findings: none,
    subJobs: [subJob],
    ...parts,
  });
}

export function aScanSummary(parts: Partial<ScanSummary> = {}): ScanSummary {
  const { subJobs: _, ...rest } = aScan();
  return { ...rest, subJobs: { completed: 2, failed: 1 }, ...parts };
}

export function aSystemJob(parts: Partial<SystemJob> = {}): SystemJob {
  return {
    id: 'orchestration.purge-old',
    name: 'Delete data past its retention period',
    owner: 'orchestration',
    cron: '13 2 * * 1-6',
    timeZone: 'UTC',
    everyMs: null,
    overlap: 'skip',
    enabled: true,
    nextRunAt: new Date(Date.now() + 7_200_000).toISOString(),
    lastRunAt: at,
    lastOutcome: 'completed',
    lastError: null,
    ...parts,
  };
}

export function aSchedule(parts: Partial<ScanSchedule> = {}): ScanSchedule {
  const nextRunAt = new Date(Date.now() + 7_200_000).toISOString();
  return {
    id: 'sched_1',
    name: 'Daily scan of Production',
    kind: 'cloud',
    target: 'Production',
    targetKey: 'cloud/acc_1',
    request: { kind: 'cloud', accountId: 'acc_1' },
    madeBy: 'person',
    createdBy: 'kim',
    createdAt: at,
    cron: '13 2 * * 1-6',
    everyMs: null,
    timeZone: 'UTC',
    jitterMinutes: 0,
    enabled: true,
    nextRunAt,
    nextRuns: [nextRunAt],
    lastRun: { at, outcome: 'started', scanId: 'scan_1', reason: null },
    ...parts,
  };
}

export function someTools(missing: Record<string, string> = {}): ToolHealth[] {
  const titles = {
    prowler: 'Prowler',
    trivy: 'Trivy',
    zap: 'ZAP',
    nmap: 'Nmap',
    'web-check': 'Built-in web check',
  };
  return Object.entries(titles).map(([tool, title]) => ({
    tool,
    title,
    about: `What ${title} looks at`,
    available: !(tool in missing),
    by: tool === 'web-check' ? 'built_in' : 'docker',
    version: null,
    missing: missing[tool] ?? null,
    note: null,
  }));
}

export function aDeadLetter(parts: Partial<DeadLetter> = {}): DeadLetter {
  return {
    jobId: 'job_1',
    type: 'orchestration.scan-account',
    payload: { accountId: 'acc_1' },
    attempts: 3,
    error: 'the database was unavailable',
    createdAt: at,
    finishedAt: at,
    ...parts,
  };
}
