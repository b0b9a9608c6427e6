import { join } from 'node:path';
import { BlobStore } from '../../platform/blobs/blob-store.js';
import type { HttpApi } from '../../platform/http/http-api.js';
import type { Platform } from '../../platform/platform.js';
import type { JobQueue } from '../../platform/queue/job-queue.js';
import type { UnifiedLifecycleScheduler } from '../../platform/scheduler/unified-lifecycle-scheduler.js';
import { type Compliance, engineRan, requirementAttested } from '../compliance/index.js';
import { importCompleted, type SecurityScans } from '../security-scans/index.js';
import { EvidenceCollector } from './collection/evidence-collector.js';
import { evidenceSettled } from './evidence.events.js';
import { EvidenceJobs, enqueueBuild } from './evidence.jobs.js';
import { addEvidenceRoutes } from './evidence.routes.js';
import { EvidenceEnds } from './items/evidence-ends.service.js';
import { EvidenceItemsRepository, type StoredEvidence } from './items/evidence-items.repository.js';
import { EvidenceItemsService } from './items/evidence-items.service.js';
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
  compliance: Compliance;
  scans: SecurityScans;
  queue: JobQueue;
  scheduler: Pick<UnifiedLifecycleScheduler, 'define'>;
  /** Whether this process runs jobs. */
  work: boolean;
}

/** Proof that controls are looked at: collected, uploaded, reviewed, and packed for auditors. */
export function createEvidence(
  platform: Platform,
  { compliance, scans, queue, scheduler, work }: EvidenceParts,
) {
  const { repositories, config, clock, newId, audit, events, references, teams, log } = platform;
  const folder = (name: string) => join(config.dataDir, name);
  const blobs = new BlobStore(folder('evidence'));
  const packageBlobs = new BlobStore(folder('evidence-packages'));
  const repository = repositories.create(EvidenceItemsRepository);
  const settings = repositories.create(EvidenceSettingsRepository);
  const intake = new Intake({ blobs, newId, folder: join(folder('work'), 'evidence') });
  const answers = new AnswersByEvidence({ items: repository, compliance });
  const settled = ({ teamId, id: evidenceId }: StoredEvidence) =>
    events.emit(evidenceSettled, { teamId, evidenceId });
  const items = new EvidenceItemsService({
    items: repository,
    ...{ settings, intake, blobs, answers, compliance, references, audit, clock, newId, settled },
  });
  const reviews = new ReviewsService({
    items: repository,
    service: items,
    ...{ settings, answers, audit, clock, settled },
  });
  const collector = new EvidenceCollector({
    items: repository,
    ...{ intake, compliance, scans, references, clock, audit },
  });
  const coverage = new CoverageService({ items: repository, compliance, clock });
  const packages = new PackagesService({
    repository: repositories.create(PackagesRepository),
    builder: new PackageBuilder({
      items: repository,
      packages: packageBlobs,
      folder: join(folder('work'), 'packages'),
      ...{ compliance, blobs, newId },
    }),
    items: repository,
    packages: packageBlobs,
    enqueue: (item) => enqueueBuild(queue, item),
    ...{ compliance, collector, audit, clock, newId },
  });
  const keptMs = config.retentionDays.evidence_packages * 86_400_000;
  const jobs = new EvidenceJobs({
    items: repository,
    purgeFiles: () => packageBlobs.removeOlderThan(new Date(clock.now().getTime() - keptMs)),
    ...{ queue, collector, packages, answers, audit, events, clock, teams, log },
  });
  events.after(importCompleted, ({ teamId, importId }) => jobs.announceImport(teamId, importId));
  // A person's answer makes the engine run over controls and no check; another library may change what was attested.
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
    ends: new EvidenceEnds({ items: repository, clock }),
    /** Collects what was missed and expires what is over, for all teams. */
    runMaintenance: () => jobs.runMaintenance(),
    addRoutes: (http: HttpApi) => addEvidenceRoutes(http, { items, reviews, coverage, packages }),
    start: async () => {
      await jobs.define(scheduler);
      if (!work) return;
      jobs.work();
      await jobs.runMaintenance();
    },
  };
}
export type Evidence = ReturnType<typeof createEvidence>;
