import type { Events } from '../../../platform/events/events.js';
import type { Logger } from '../../../platform/log/structured-logging.js';
import { scanCompleted, scanStarted } from '../orchestration.events.js';
import type { ScansRepository } from './scans.repository.js';

/** Logs the start and the outcome of every scan. */
export function logScans(parts: {
  events: Events;
  scans: Pick<ScansRepository, 'get'>;
  log: Logger;
}): void {
  const { events, scans, log } = parts;
  events.on(scanStarted, ({ teamId, scanId, kind }) => {
    log.info({ teamId, scanId, kind }, 'scan started');
  });
  events.on(scanCompleted, async ({ teamId, scanId, kind, status }) => {
    const scan = await scans.get({ teamId }, scanId);
    const { results, findings, subJobCounts: subJobs, durationMs } = scan ?? {};
    const counts = { subJobs, results, findings, durationMs };
    log.info({ teamId, scanId, kind, status, ...counts }, 'scan finished');
  });
}
