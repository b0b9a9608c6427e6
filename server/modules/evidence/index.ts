import { join } from 'node:path';
import type { TeamScope } from '../../platform/database/collection.js';
import type { HttpApi } from '../../platform/http/http-api.js';
import type { Platform } from '../../platform/platform.js';
import type { JobQueue } from '../../platform/queue/job-queue.js';
import type { UnifiedLifecycleScheduler } from '../../platform/scheduler/unified-lifecycle-scheduler.js';
import { type Compliance, engineRan, requirementAttested } from '../compliance/index.js';
import { importCompleted, importUndone, type SecurityScans } from '../security-scans/index.js';
import { EvidenceCollector } from './collection/evidence-collector.js';
import { EvidenceMaintenance } from './collection/evidence-maintenance.js';
import { EvidenceJobs, enqueueBuild } from './evidence.jobs.js';
import { addEvidenceRoutes } from './evidence.routes.js';
import { EvidenceEnds } from './items/evidence-ends.service.js';
import { EvidenceItemsRepository } from './items/evidence-items.repository.js';
import { EvidenceItemsService } from './items/evidence-items.service.js';
import { EvidenceOfRequirements } from './items/evidence-of-requirements.js';
import { OscalExportsService } from './packages/oscal-exports.service.js';
import { PackageBuilder } from './packages/package-builder.js';
import { PackagesRepository } from './packages/packages.repository.js';
import { PackagesService } from './packages/packages.service.js';
import { AnswersByEvidence } from './reviews/answers-by-evidence.js';
import { ReviewsService } from './reviews/reviews.service.js';
import { EvidenceSettingsRepository } from './settings/settings.repository.js';
import { CoverageService } from './support/coverage.service.js';
import { Intake } from './uploads/intake.js';

export { evidenceExpired, evidenceSettled } from './evidence.events.js';
export type { EvidenceEnd, EvidenceValidity } from './items/evidence-ends.service.js';
export { type Verification, verifyPackage } from './packages/verify-package.js';

export interface EvidenceParts {
  compliance: Pick<
    Compliance,
    | 'attestations'
    | 'catalogues'
    | 'controls'
    | 'decisions'
    | 'history'
    | 'matches'
    | 'posture'
    | 'states'
    | 'teamsRunSince'
  >;
  scans: SecurityScans;
  queue: JobQueue;
  scheduler: Pick<UnifiedLifecycleScheduler, 'define'>;
  /** Whether this process runs jobs. */
  work: boolean;
}

/** Evidence for controls: collected, uploaded, reviewed, and packaged for auditors. */
export function createEvidence(
  platform: Platform,
  { compliance, scans, queue, scheduler, work }: EvidenceParts,
) {
  const { repositories, clock, newId, events } = platform;
  const { evidence: blobs, evidencePackages: packageBlobs } = platform.blobs;
  const workFolder = platform.workFolder.path;
  const repository = repositories.create(EvidenceItemsRepository);
  const settings = repositories.create(EvidenceSettingsRepository);
  const intake = new Intake({
    blobs,
    newId,
    parsing: platform.parsing,
    folder: join(workFolder, 'evidence'),
  });
  const answers = new AnswersByEvidence({ items: repository, compliance });
  const items = new EvidenceItemsService({
    items: repository,
    ...{ settings, intake, answers, compliance, platform },
  });
  const reviews = new ReviewsService({
    items: repository,
    service: items,
    ...{ settings, answers, platform },
  });
  const sources = { items: repository, compliance };
  const collector = new EvidenceCollector({ ...sources, intake, scans, platform });
  const coverage = new CoverageService({ ...sources, clock });
  const packages = new PackagesService({
    repository: repositories.create(PackagesRepository),
    builder: new PackageBuilder({
      packages: packageBlobs,
      folder: join(workFolder, 'packages'),
      ...{ sources, collector, blobs, newId },
    }),
    packages: packageBlobs,
    enqueue: (item) => enqueueBuild(queue, item),
    ...{ catalogues: compliance.catalogues, platform },
  });
  const oscal = new OscalExportsService({ sources, clock });
  const maintenance = new EvidenceMaintenance({
    items: repository,
    ...{ collector, answers, packages, platform },
  });
  const { teamsRunSince } = compliance;
  const jobs = new EvidenceJobs({
    ...{ queue, collector, packages, maintenance, teamsRunSince, platform },
  });
  events.after(importCompleted, ({ teamId, importId }) => jobs.announceImport(teamId, importId));
  events.after(importUndone, ({ teamId, importId }) => collector.endImport({ teamId }, importId));
  // A run without checks follows a person's answer; a library update may change attested texts.
  events.after(engineRan, ({ teamId, run, changes, definitionChanged }) =>
    definitionChanged || (run.checks === 0 && changes.length > 0)
      ? jobs.announceStatements(teamId)
      : undefined,
  );
  events.after(requirementAttested, ({ teamId }) => jobs.announceStatements(teamId));
  return {
    items,
    reviews,
    collector,
    coverage,
    packages,
    oscal,
    ends: new EvidenceEnds({ items: repository, clock }),
    /** Which evidence there is for a requirement. */
    ofRequirements: new EvidenceOfRequirements({ items: repository, clock }),
    /**
     * Collects missed evidence and expires old evidence of a team; runs every ten minutes, and at start where a
     * process may have missed some.
     */
    runMaintenance: (team: TeamScope) => maintenance.run(team),
    addRoutes: (http: HttpApi) =>
      addEvidenceRoutes(http, { items, reviews, coverage, packages, oscal }),
    start: async () => {
      await jobs.define(scheduler);
      if (work) jobs.work();
    },
    catchUp: async () => {
      if (work) await jobs.catchUp();
    },
  };
}
export type Evidence = ReturnType<typeof createEvidence>;
