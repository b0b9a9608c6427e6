import * as contract from '../../../contract/orchestration.js';
import * as operations from '../../../contract/scan-operations.js';
import { UnavailableError } from '../../platform/errors.js';
import type { HttpApi } from '../../platform/http/http-api.js';
import type { DeadLettersService } from './dead-letters/dead-letters.service.js';
import type { OwnTargetsService } from './own-targets/own-targets.service.js';
import type { ScanOrchestrationService } from './scans/scan-orchestration.service.js';
import type { SchedulesService } from './schedules/schedules.service.js';
import type { ToolHealthService } from './tool-health/tool-health.service.js';

export interface OrchestrationRouteParts {
  scans: ScanOrchestrationService;
  deadLetters: DeadLettersService;
  ownTargets: OwnTargetsService;
  tools: ToolHealthService;
  /** Null in a process without the scheduler. */
  schedules: SchedulesService | null;
}

/** All routes except `watchScan`, which returns a stream: see `index.ts`. */
export function addOrchestrationRoutes(http: HttpApi, parts: OrchestrationRouteParts): void {
  const { scans, deadLetters, ownTargets, tools } = parts;
  const schedules = () => {
    if (parts.schedules) return parts.schedules;
    throw new UnavailableError('the scheduler is not loaded in this process');
  };
  http.add(contract.startScan, ({ actor, body }) => scans.start(actor, body));
  http.add(contract.listScans, ({ actor, query: { limit, cursor, ...filter } }) =>
    scans.list(actor, filter, limit, cursor),
  );
  http.add(contract.estimateScan, ({ actor, body }) => scans.estimate(actor, body));
  http.add(contract.getScan, ({ actor, params }) => scans.get(actor, params.scanId));
  http.add(contract.cancelScan, ({ actor, params }) => scans.cancel(actor, params.scanId));
  http.add(contract.retryScan, ({ actor, params, body }) =>
    scans.retry(actor, params.scanId, body.subJobId),
  );
  http.add(operations.listDeadLetters, ({ actor, query }) =>
    deadLetters.list(actor, query.limit, query.cursor),
  );
  http.add(operations.retryDeadLetter, ({ actor, params }) =>
    deadLetters.retry(actor, params.jobId),
  );
  http.add(operations.getOwnTargets, ({ actor }) => ownTargets.get(actor));
  http.add(operations.putOwnTargets, ({ actor, body }) => ownTargets.put(actor, body));
  http.add(operations.listTools, () => tools.list());
  http.add(operations.listSchedules, ({ actor }) => schedules().list(actor));
  http.add(operations.changeSchedule, ({ actor, params, body }) =>
    schedules().change(actor, params.scheduleId, body),
  );
  http.add(operations.runScheduleNow, ({ actor, params }) =>
    schedules().runNow(actor, params.scheduleId),
  );
}
