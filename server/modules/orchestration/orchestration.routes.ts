import * as contract from '../../../contract/orchestration.js';
import * as operations from '../../../contract/scan-operations.js';
import * as schedules from '../../../contract/scan-schedules.js';
import { UnavailableError } from '../../platform/errors.js';
import type { HttpApi } from '../../platform/http/http-api.js';
import type { DeadLettersService } from './dead-letters/dead-letters.service.js';
import type { OwnTargetsService } from './own-targets/own-targets.service.js';
import type { ScanOrchestrationService } from './scans/scan-orchestration.service.js';
import type { Schedules } from './schedules/create-schedules.js';
import type { ToolHealthService } from './tool-health/tool-health.service.js';

export interface OrchestrationRouteParts {
  scans: ScanOrchestrationService;
  deadLetters: DeadLettersService;
  ownTargets: OwnTargetsService;
  tools: ToolHealthService;
  /** Null in a process without the scheduler. */
  schedules: Schedules | null;
}

/** All routes except `watchScan`, which returns a stream: see `index.ts`. */
export function addOrchestrationRoutes(http: HttpApi, parts: OrchestrationRouteParts): void {
  const { scans, deadLetters, ownTargets, tools } = parts;
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
  addScheduleRoutes(http, parts);
}

function addScheduleRoutes(http: HttpApi, parts: OrchestrationRouteParts): void {
  const loaded = () => {
    if (parts.schedules) return parts.schedules;
    throw new UnavailableError('the scheduler is not loaded in this process');
  };
  const ofTeam = () => loaded().scanSchedules;
  const ofSystem = () => loaded().systemJobs;
  http.add(schedules.listScanSchedules, ({ actor, query: { limit, cursor, ...filter } }) =>
    ofTeam().list(actor, filter, limit, cursor),
  );
  http.add(schedules.createScanSchedule, ({ actor, body }) => ofTeam().create(actor, body));
  http.add(schedules.previewTiming, ({ query }) => ofTeam().preview(query));
  http.add(schedules.getScanSchedule, ({ actor, params }) =>
    ofTeam().get(actor, params.scheduleId),
  );
  http.add(schedules.changeScanSchedule, ({ actor, params, body }) =>
    ofTeam().change(actor, params.scheduleId, body),
  );
  http.add(schedules.deleteScanSchedule, ({ actor, params }) =>
    ofTeam().remove(actor, params.scheduleId),
  );
  http.add(schedules.runScanSchedule, ({ actor, params }) =>
    ofTeam().runNow(actor, params.scheduleId),
  );
  http.add(operations.listSystemJobs, ({ actor }) => ofSystem().list(actor));
  http.add(operations.changeSystemJob, ({ actor, params, body }) =>
    ofSystem().change(actor, params.scheduleId, body),
  );
  http.add(operations.runSystemJob, ({ actor, params }) =>
    ofSystem().runNow(actor, params.scheduleId),
  );
}
