import { randomUUID } from 'node:crypto';
import type { TeamScope } from '../../platform/database/collection.js';
import type { HttpApi } from '../../platform/http/http-api.js';
import type { Lease } from '../../platform/leases/held-lease.js';
import type { Platform } from '../../platform/platform.js';
import type { JobQueue } from '../../platform/queue/job-queue.js';
import { CheckResultsRepository } from './check-results/check-results.repository.js';
import { ScopesRepository } from './check-results/scopes.repository.js';
import { ChecksRepository } from './checks/checks.repository.js';
import { EvidenceService } from './evidence.service.js';
import type { ControlChecks } from './findings/control-checks.js';
import { FindingExportService } from './findings/finding-export.service.js';
import { FindingsRepository } from './findings/findings.repository.js';
import { FindingsService } from './findings/findings.service.js';
import { PendingTriagesRepository } from './findings/pending-triages.repository.js';
import { TriageExpiry } from './findings/triage-expiry.js';
import { TriageStore } from './findings/triage-store.js';
import { ImportLine } from './imports/import-line.js';
import { ImportRecords } from './imports/import-records.js';
import { ImportRuns } from './imports/import-runs.js';
import { ImportWork } from './imports/import-work.js';
import { ImportJobs } from './imports/imports.jobs.js';
import { ImportsRepository } from './imports/imports.repository.js';
import { ImportsService } from './imports/imports.service.js';
import { LocalFileCleanup } from './imports/local-file-cleanup.js';
import { PendingImports } from './imports/pending-imports.js';
import { ReportOrdersRepository } from './imports/report-orders.repository.js';
import { OpenPortsRepository } from './open-ports/open-ports.repository.js';
import { OpenPortsService } from './open-ports/open-ports.service.js';
import { ScannedPlacesRepository } from './scanned-places/scanned-places.repository.js';
import { ScannedPlacesService } from './scanned-places/scanned-places.service.js';
import { importUndone } from './security-scans.events.js';
import { addSecurityScansRoutes } from './security-scans.routes.js';
import { ImportChangesRepository } from './undo/import-changes.repository.js';
import { ImportUndoService } from './undo/import-undo.service.js';
import { InterruptedImports } from './undo/interrupted-imports.js';
import { TeamRecovery } from './undo/team-recovery.jobs.js';
import { WholeReportsRepository } from './whole-reports/whole-reports.repository.js';
import { WholeReportsService } from './whole-reports/whole-reports.service.js';

export type { CheckResult } from './check-results/check-result.js';
export { provesPasses } from './check-results/check-scope.js';
export type { KnownCheck } from './checks/checks.repository.js';
export { type CheckEvidence, type EvidenceService, resultsLease } from './evidence.service.js';
export type { ControlChecks } from './findings/control-checks.js';
export type { EndedException } from './findings/findings.service.js';
export type { AssessReport } from './imports/run-import.js';
export {
  type Account,
  type ChangedChecks,
  findingTriaged,
  importCompleted,
  importUndone,
  type PlaceInScope,
  reportStored,
  scannedPlacesChanged,
} from './security-scans.events.js';

/** Together with the 20 s lease of a dead process, its imports are taken over within a minute. */
const RESUME_EVERY_MS = 15_000;

export interface SecurityScansParts {
  controlChecks: () => ControlChecks | null;
  queue: JobQueue;
  /** Whether this process runs jobs. */
  work: boolean;
}

/** The one store of every tool's results: imports, check results, findings. */
export function createSecurityScans(
  platform: Platform,
  { controlChecks, queue, work }: SecurityScansParts,
) {
  const { repositories, audit, events, leases, metrics, clock, newId, log } = platform;
  const { blobs, retention, teams, parsing } = platform;
  const stores = {
    results: repositories.create(CheckResultsRepository),
    findings: repositories.create(FindingsRepository),
    scopes: repositories.create(ScopesRepository),
    checks: repositories.create(ChecksRepository),
    orders: repositories.create(ReportOrdersRepository),
  };
  const { scopes } = stores;
  const places = repositories.create(ScannedPlacesRepository);
  const workFolder = platform.workFolder.path;
  const wholeReports = new WholeReportsService({
    wholeReports: repositories.create(WholeReportsRepository),
    ...{ scopes, audit, clock },
  });
  const importsRepository = repositories.create(ImportsRepository);
  const pending = repositories.create(PendingTriagesRepository);
  const triages = new TriageStore({ stores, pending, events, clock });
  const findings = new FindingsService({
    ...{ stores, imports: importsRepository, controlChecks, triages, audit, clock },
  });
  const openPorts = new OpenPortsService({ openPorts: repositories.create(OpenPortsRepository) });
  events.on(importUndone, ({ teamId, importId }) => openPorts.forget({ teamId }, importId));
  const changes = repositories.create(ImportChangesRepository);
  const interrupted = new InterruptedImports({
    ...{ imports: importsRepository, changes, stores, events, log },
  });
  const undo = new ImportUndoService({
    ...{ imports: importsRepository, changes, stores, findings, interrupted, platform },
  });
  const findingExport = new FindingExportService({ findings });
  const settle = (team: TeamScope, lease: Lease) => undo.finishInterrupted(team, lease);
  const line = new ImportLine(leases, randomUUID());
  const runs = new ImportRuns({
    imports: importsRepository,
    line,
    work: new ImportWork({
      records: new ImportRecords({ imports: importsRepository, audit, metrics, clock, log }),
      run: {
        ...{ stores, imports: importsRepository, changes },
        ...{ rawReports: blobs.rawReports, wholeReports, openPorts, workFolder, parsing },
      },
      upkeep: {
        prepare: async (team, lease) => {
          await settle(team, lease);
          await findings.expireTriage(team, lease);
        },
        undo: (item, lease) => interrupted.undo(item, lease),
      },
      ...{ events, clock, log },
    }),
    ...{ incoming: blobs.incoming, workFolder, clock },
  });
  const jobs = new ImportJobs({ queue, imports: importsRepository, runs });
  const imports = new ImportsService({
    imports: importsRepository,
    ...{ runs, jobs, incoming: blobs.incoming, clock, newId },
  });
  const hasWorkers = () => platform.blobViews.hasWorkers();
  const pendingImports = new PendingImports({
    imports: importsRepository,
    ...{ runs, jobs, line, hasWorkers, log },
  });
  const recovery = new TeamRecovery({ undo, triages, queue, hasWorkers, platform });
  const triageExpiry = new TriageExpiry({ findings, settle, teams, leases });
  const folder = platform.workFolder.root;
  const cleanup = new LocalFileCleanup({ folder, retention, clock, log });
  let maintenance: Promise<void> = Promise.resolve();
  const maintain = () => {
    maintenance = pendingImports
      .resume()
      .then(() => recovery.resume())
      .then(() => cleanup.runMaintenance())
      .catch((error) => log.error({ err: error }, 'import recovery failed'));
  };
  let timer: NodeJS.Timeout | undefined;
  return {
    imports,
    pendingImports,
    /** Imports uploads in this process from now on. */
    workOnImports: () => jobs.work(),
    findings,
    findingExport,
    wholeReports,
    openPorts,
    undo,
    triageExpiry,
    /** Finishes undos and triages whose process died in between. */
    recovery,
    /** At most once a day: removes this host's expired files and leftovers of killed processes. */
    runMaintenance: () => cleanup.runMaintenance(),
    evidence: new EvidenceService({ stores, places, leases, settle }),
    scannedPlaces: new ScannedPlacesService({ places, scopes, events, clock }),
    addRoutes: (http: HttpApi) =>
      addSecurityScansRoutes(http, {
        imports,
        findings,
        findingExport,
        undo,
        wholeReports,
        openPorts,
      }),
    /** Every process looks for imports that were left, without the scheduler: a file may be on its host only. */
    start: async () => {
      if (work) {
        jobs.work();
        recovery.work();
      }
      timer = setInterval(maintain, RESUME_EVERY_MS).unref();
    },
    catchUp: async () => maintain(),
    catchUpTeam: async (team: TeamScope) => {
      await pendingImports.resume();
      await recovery.recover(team);
    },
    stop: async () => {
      clearInterval(timer);
      await maintenance;
      await pendingImports.stop();
    },
  };
}
export type SecurityScans = ReturnType<typeof createSecurityScans>;
