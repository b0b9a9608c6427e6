import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { HttpApi } from '../../platform/http/http-api.js';
import type { Platform } from '../../platform/platform.js';
import { CheckResultsRepository } from './check-results/check-results.repository.js';
import { ScopesRepository } from './check-results/scopes.repository.js';
import { ChecksRepository } from './checks/checks.repository.js';
import { EvidenceService, resultsLease } from './evidence.service.js';
import { FindingsRepository } from './findings/findings.repository.js';
import { FindingsService } from './findings/findings.service.js';
import { ImportLine } from './imports/import-line.js';
import { ImportWork } from './imports/import-work.js';
import { ImportsRepository } from './imports/imports.repository.js';
import { ImportsService } from './imports/imports.service.js';
import { LocalFiles } from './imports/local-files.js';
import { ScannedPlacesRepository } from './scanned-places/scanned-places.repository.js';
import { ScannedPlacesService } from './scanned-places/scanned-places.service.js';
import { addSecurityScansRoutes } from './security-scans.routes.js';

export type { CheckResult } from './check-results/check-results.repository.js';
export type { KnownCheck } from './checks/checks.repository.js';
export type { CheckEvidence, EvidenceService } from './evidence.service.js';
export type { EndedException } from './findings/findings.service.js';
export {
  type Account,
  type EvidenceNews,
  findingTriaged,
  importCompleted,
  type PlaceInScope,
  scannedPlacesChanged,
} from './security-scans.events.js';

/** With the lease of a process that died, 20 s, this is well within a minute. */
const LOOK_EVERY_MS = 15_000;

/** The one store of what any tool saw: imports, check results, findings. */
export function createSecurityScans(platform: Platform) {
  const { repositories, config, audit, events, leases, metrics, clock, newId, log } = platform;
  const { rawReports, retention, teams } = platform;
  const results = repositories.create(CheckResultsRepository);
  const scopes = repositories.create(ScopesRepository);
  const checks = repositories.create(ChecksRepository);
  const places = repositories.create(ScannedPlacesRepository);
  const findingsRepository = repositories.create(FindingsRepository);
  const workFolder = join(config.dataDir, 'work');
  const incomingFolder = join(config.dataDir, 'incoming');
  const findings = new FindingsService({
    findings: findingsRepository,
    results,
    scopes,
    checks,
    audit,
    events,
    clock,
  });
  const importsRepository = repositories.create(ImportsRepository);
  const imports = new ImportsService({
    imports: importsRepository,
    line: new ImportLine(leases, randomUUID()),
    work: new ImportWork({
      imports: importsRepository,
      run: { results, findings: findingsRepository, scopes, checks, rawReports, workFolder },
      ...{ findings, audit, events, metrics, clock, log },
    }),
    incomingFolder,
    clock,
    newId,
  });
  /** Opens findings again whose triage has run out; not while a report of the team is imported. */
  const expireTriage = async () => {
    for (const { id: teamId } of await teams.list()) {
      await leases.hold(resultsLease({ teamId }), (lease) =>
        findings.expireTriage({ teamId }, lease),
      );
    }
  };
  const folders = [incomingFolder, workFolder];
  const files = new LocalFiles({ folders, retention, clock, log });
  let looking: Promise<void> = Promise.resolve();
  const look = () => {
    looking = imports
      .resume()
      .then(() => files.lookAfter())
      .catch((error) => log.error({ err: error }, 'import recovery failed'));
  };
  let timer: NodeJS.Timeout | undefined;
  return {
    imports,
    findings,
    expireTriage,
    /** Once a day: this host's raw reports that are too old, and what was left by processes that were killed. */
    lookAfterFiles: () => files.lookAfter(),
    evidence: new EvidenceService({ results, scopes, checks, places, leases }),
    scannedPlaces: new ScannedPlacesService({ places, scopes, events, clock }),
    addRoutes: (http: HttpApi) => addSecurityScansRoutes(http, { imports, findings }),
    /** Beside the scheduler, as uploads lie where they were received. */
    start: async () => {
      await imports.resume();
      timer = setInterval(look, LOOK_EVERY_MS).unref();
    },
    stop: async () => {
      clearInterval(timer);
      await looking;
      await imports.stop();
    },
  };
}
export type SecurityScans = ReturnType<typeof createSecurityScans>;
