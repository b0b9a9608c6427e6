import type { HttpApi } from '../../platform/http/http-api.js';
import type { Platform } from '../../platform/platform.js';
import type { JobQueue } from '../../platform/queue/job-queue.js';
import type { UnifiedLifecycleScheduler } from '../../platform/scheduler/unified-lifecycle-scheduler.js';
import { type CatalogueModule, frameworksChosen, libraryChanged } from '../catalogue/index.js';
import type { ControlJudge, Mapping } from '../mapping/index.js';
import {
  type EvidenceNews,
  findingTriaged,
  importCompleted,
  type SecurityScans,
  scannedPlacesChanged,
} from '../security-scans/index.js';
import { AttestationsRepository } from './attestations/attestations.repository.js';
import { AttestationsService } from './attestations/attestations.service.js';
import { addComplianceRoutes } from './compliance.routes.js';
import { DecisionLogRepository } from './decisions/decision-log.repository.js';
import { DecisionReversals } from './decisions/decision-reversals.service.js';
import { DecisionsRepository } from './decisions/decisions.repository.js';
import { DecisionsService } from './decisions/decisions.service.js';
import { AutonomousComplianceEngine } from './engine/autonomous-compliance-engine.js';
import { BetweenRuns } from './engine/between-runs.js';
import { CheckTalliesRepository } from './engine/check-tallies.repository.js';
import { ControlEvaluation } from './engine/control-evaluation.js';
import { EngineChecksRepository } from './engine/engine-checks.repository.js';
import { EngineHealthService } from './engine/engine-health.service.js';
import { EngineRunsRepository } from './engine/engine-runs.repository.js';
import { EngineSchedules } from './engine/engine-schedules.js';
import { EvidenceTallies } from './engine/evidence-tallies.js';
import { addComplianceExportRoutes } from './exports/compliance-exports.routes.js';
import { ComplianceExportsService } from './exports/compliance-exports.service.js';
import { GapAnalysisService } from './gaps/gap-analysis.service.js';
import { HistoryService } from './history/history.service.js';
import { ScoreHistoryRepository } from './history/score-history.repository.js';
import { ScoreRecorder } from './history/score-recorder.js';
import { StateHistoryRepository } from './history/state-history.repository.js';
import { PostureService } from './posture/posture.service.js';
import { ScopingRepository } from './scoping/scoping.repository.js';
import { ScopingService } from './scoping/scoping.service.js';
import { CommonControlRegistryService } from './states/common-control-registry.service.js';
import { ControlStatesRepository } from './states/control-states.repository.js';

export type { GivenAttestation, KeptAttestation } from './attestations/attestations.repository.js';
export {
  type ControlChange,
  engineRan,
  requirementAttested,
  type ScopedControlChange,
} from './compliance.events.js';
export type { StoredDecision } from './decisions/decisions.repository.js';
export type { PastControl } from './history/history.service.js';
export type { PostureService } from './posture/posture.service.js';
export type { TeamControlState } from './states/control-states.repository.js';

export interface ComplianceParts {
  scans: SecurityScans;
  catalogue: CatalogueModule;
  mapping: Mapping;
  queue: JobQueue;
  scheduler: Pick<UnifiedLifecycleScheduler, 'define'>;
  /** Whether this process runs jobs. */
  work: boolean;
}

/** Where a team stands in its controls and frameworks. */
export function createCompliance(
  platform: Platform,
  { scans: { evidence }, catalogue, mapping, queue, scheduler, work }: ComplianceParts,
) {
  const { repositories, audit, events, leases, metrics, clock, newId, log, teams } = platform;
  const { catalogues, activation } = catalogue;
  const { matching, matches } = mapping;
  const states = repositories.create(ControlStatesRepository);
  const tallies = repositories.create(CheckTalliesRepository);
  const runs = repositories.create(EngineRunsRepository);
  const checks = repositories.create(EngineChecksRepository);
  const decisions = repositories.create(DecisionsRepository);
  const attestationsRepository = repositories.create(AttestationsRepository);
  const scoping = repositories.create(ScopingRepository);
  const stateHistory = repositories.create(StateHistoryRepository);
  const scoreHistory = repositories.create(ScoreHistoryRepository);
  const decisionLog = repositories.create(DecisionLogRepository);
  const evaluation = new ControlEvaluation({
    catalogues,
    matching,
    states,
    matches,
    tallies,
    stateHistory,
    decisions,
    clock,
  });
  const scores = new ScoreRecorder({
    catalogues,
    states,
    attestations: attestationsRepository,
    scoping,
    scores: scoreHistory,
    clock,
  });
  const engine = new AutonomousComplianceEngine({
    catalogues,
    events,
    evaluation,
    evidence,
    matching,
    matches,
    tallies: new EvidenceTallies({ evidence, tallies }),
    states,
    runs,
    decisions,
    decisionLog,
    scoping,
    stateHistory,
    scores,
    scoreHistory,
    audit,
    leases,
    metrics,
    clock,
    newId,
  });
  const settings = new ScopingService({
    ...{ scoping, catalogues, evidence, runs, matching, engine, audit, clock },
  });
  const history = new HistoryService({ catalogues, stateHistory, scores: scoreHistory, clock });
  const decisionsService = new DecisionsService({
    catalogues,
    decisions,
    decisionLog,
    states,
    engine,
    settings,
    audit,
    clock,
    newId,
  });
  const reversals = new DecisionReversals({
    ...{ catalogues, decisions, decisionLog, engine, audit, clock, newId },
  });
  const posture = new PostureService({
    catalogues,
    scoping,
    states,
    runs,
    tallies,
    clock,
    attestations: attestationsRepository,
  });
  const controls = new CommonControlRegistryService({
    catalogues,
    states,
    matches,
    decisions,
    deciding: decisionsService,
    scoping,
    clock,
  });
  const attestations = new AttestationsService({
    attestations: attestationsRepository,
    posture,
    engine,
    audit,
    events,
    clock,
  });
  const gaps = new GapAnalysisService({ posture });
  const complianceExports = new ComplianceExportsService({ evidence, matches, catalogues });
  const health = new EngineHealthService({ runs, checks });
  const schedules = new EngineSchedules({
    ...{ engine, checks, teams, audit, metrics, log, clock },
  });
  const update = async ({ teamId, ...news }: { teamId: string } & EvidenceNews) => {
    try {
      return await engine.update({ teamId }, news);
    } catch (error) {
      // Nobody tells the news again.
      await engine.distrust({ teamId });
      throw error;
    }
  };
  events.on(importCompleted, async (news) => void (await update(news)));
  events.on(findingTriaged, async (news) => void (await update(news)));
  events.on(scannedPlacesChanged, (team) => engine.catchUp(team));
  events.on(libraryChanged, (team) => engine.catchUp(team));
  events.on(frameworksChosen, (team) => engine.recordScores(team));
  const judge: ControlJudge = {
    statuses: states,
    lastRun: async (team) => (await runs.get(team))?.lastRun ?? null,
    reevaluate: ({ teamId }, checkIds) => update({ teamId, checkIds, accounts: [] }),
  };
  return {
    catalogues,
    states,
    judge,
    matches,
    decisions,
    engine,
    betweenRuns: new BetweenRuns({ runs, leases }),
    posture,
    health,
    controls,
    attestations,
    /** Thresholds and scopes of a team. */
    settings,
    history,
    /** Decisions that go with an answer, and come back with it. */
    reversals,
    /** Deciding about controls, and what was decided. */
    deciding: decisionsService,
    activation,
    gaps,
    complianceExports,
    addRoutes: (http: HttpApi) => {
      addComplianceRoutes(http, {
        controls,
        posture,
        attestations,
        engine,
        health,
        settings,
        history,
        decisions: decisionsService,
        gaps,
      });
      addComplianceExportRoutes(http, complianceExports);
    },
    start: async () => {
      for (const team of await teams.list()) await engine.catchUp({ teamId: team.id });
      await schedules.define(scheduler);
      if (work) schedules.work(queue);
    },
  };
}
export type Compliance = ReturnType<typeof createCompliance>;
