import { join } from 'node:path';
import type { HttpApi } from '../../platform/http/http-api.js';
import type { Platform } from '../../platform/platform.js';
import { CheckResultsRepository } from './check-results/check-results.repository.js';
import { ScopesRepository } from './check-results/scopes.repository.js';
import { ChecksRepository } from './checks/checks.repository.js';
import { EvidenceService } from './evidence.service.js';
import { FindingsRepository } from './findings/findings.repository.js';
import { FindingsService } from './findings/findings.service.js';
import { ImportsRepository } from './imports/imports.repository.js';
import { ImportsService } from './imports/imports.service.js';
import { addSecurityScansRoutes } from './security-scans.routes.js';

export type { CheckEvidence, EvidenceService } from './evidence.service.js';
export { findingTriaged, importCompleted } from './security-scans.events.js';

const EXPIRY_EVERY_MS = 10 * 60_000;

/** The one store of what any tool saw: imports, check results, findings. */
export function createSecurityScans(platform: Platform) {
  const { repositories, config, audit, events, metrics, clock, newId, log, rawReports, teams } =
    platform;
  const results = repositories.create(CheckResultsRepository);
  const scopes = repositories.create(ScopesRepository);
  const checks = repositories.create(ChecksRepository);
  const findingsRepository = repositories.create(FindingsRepository);
  const workFolder = join(config.dataDir, 'work');
  const findings = new FindingsService({
    findings: findingsRepository,
    results,
    scopes,
    checks,
    audit,
    events,
    clock,
  });
  const imports = new ImportsService({
    imports: repositories.create(ImportsRepository),
    run: { results, findings: findingsRepository, scopes, checks, rawReports, workFolder },
    findings,
    incomingFolder: join(config.dataDir, 'incoming'),
    audit,
    events,
    metrics,
    clock,
    newId,
    log,
  });
  const expire = async () => {
    for (const team of await teams.list()) await findings.expireTriage({ teamId: team.id });
  };
  let timer: NodeJS.Timeout | undefined;
  return {
    imports,
    findings,
    evidence: new EvidenceService({ results, scopes, checks }),
    addRoutes: (http: HttpApi) => addSecurityScansRoutes(http, { imports, findings }),
    /** Begins the periodic work of a server; a one-shot command does without. */
    start: async () => {
      await imports.resume();
      await expire();
      const tick = () =>
        expire().catch((error) => log.error({ err: error }, 'triage expiry failed'));
      timer = setInterval(tick, EXPIRY_EVERY_MS).unref();
    },
    stop: async () => {
      clearInterval(timer);
      await imports.drain();
    },
  };
}
export type SecurityScans = ReturnType<typeof createSecurityScans>;
