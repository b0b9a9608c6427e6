import type { HttpApi } from '../../platform/http/http-api.js';
import type { Platform } from '../../platform/platform.js';
import type { JobQueue } from '../../platform/queue/job-queue.js';
import type { UnifiedLifecycleScheduler } from '../../platform/scheduler/unified-lifecycle-scheduler.js';
import {
  type EvidenceNews,
  findingTriaged,
  importCompleted,
  type SecurityScans,
  scannedPlacesChanged,
} from '../security-scans/index.js';
import { AttestationsRepository } from './attestations/attestations.repository.js';
import { AttestationsService } from './attestations/attestations.service.js';
import { type Catalogue, loadCatalogue } from './common-controls/catalogue.js';
import { CommonControlRegistryService } from './common-controls/common-control-registry.service.js';
import { TeamCatalogues } from './common-controls/team-catalogues.js';
import { addComplianceRoutes } from './compliance.routes.js';
import { DecisionLogRepository } from './decisions/decision-log.repository.js';
import { DecisionReversals } from './decisions/decision-reversals.service.js';
import { DecisionsRepository } from './decisions/decisions.repository.js';
import { DecisionsService } from './decisions/decisions.service.js';
import { AutonomousComplianceEngine } from './engine/autonomous-compliance-engine.js';
import { CheckMatchesRepository } from './engine/check-matches.repository.js';
import { CheckTalliesRepository } from './engine/check-tallies.repository.js';
import { ControlEvaluation } from './engine/control-evaluation.js';
import { ControlStatesRepository } from './engine/control-states.repository.js';
import { EngineChecksRepository } from './engine/engine-checks.repository.js';
import { EngineHealthService } from './engine/engine-health.service.js';
import { EngineRunsRepository } from './engine/engine-runs.repository.js';
import { EngineSchedules } from './engine/engine-schedules.js';
import { EvidenceTallies } from './engine/evidence-tallies.js';
import { PostureService } from './engine/posture.service.js';
import { addComplianceExportRoutes } from './exports/compliance-exports.routes.js';
import { ComplianceExportsService } from './exports/compliance-exports.service.js';
import { GapAnalysisService } from './gaps/gap-analysis.service.js';
import { HistoryService } from './history/history.service.js';
import { ScoreHistoryRepository } from './history/score-history.repository.js';
import { ScoreRecorder } from './history/score-recorder.js';
import { StateHistoryRepository } from './history/state-history.repository.js';
import { CustomControlsService } from './library/custom-controls.service.js';
import { CustomFrameworksService } from './library/custom-frameworks.service.js';
import { CustomLibrary } from './library/custom-library.js';
import { FrameworkActivationService } from './library/framework-activation.service.js';
import { addLibraryRoutes } from './library/library.routes.js';
import { TeamLibrariesRepository } from './library/team-libraries.repository.js';
import { MappingQueue } from './mapping-review/mapping-queue.js';
import { MappingReviewsRepository } from './mapping-review/mapping-reviews.repository.js';
import { addMappingReviewRoutes } from './mapping-review/mapping-reviews.routes.js';
import { MappingReviewsService } from './mapping-review/mapping-reviews.service.js';
import { TeamEdges } from './mapping-review/team-edges.js';
import { type CuratedMapping, loadMapping } from './matching/curated-mapping.js';
import { TeamMatchers } from './matching/team-matchers.js';
import { createScf } from './scf/create-scf.js';
import { ScopingRepository } from './scoping/scoping.repository.js';
import { ScopingService } from './scoping/scoping.service.js';

export type { GivenAttestation, KeptAttestation } from './attestations/attestations.repository.js';
export { attributionsOf } from './common-controls/attributions.js';
export type { Catalogue, Framework, Requirement } from './common-controls/catalogue.js';
export type { CatalogueSource, Origin } from './common-controls/catalogue-source.js';
export { readYaml } from './common-controls/read-yaml.js';
export {
  type ControlChange,
  controlChanged,
  engineDiverged,
  engineRan,
  requirementAttested,
  type ScopedControlChange,
} from './compliance.events.js';
export type { StoredDecision } from './decisions/decisions.repository.js';
export type { TeamControlState } from './engine/control-states.repository.js';
export type { PostureService } from './engine/posture.service.js';
export type { PastControl } from './history/history.service.js';

export interface ComplianceParts {
  queue: JobQueue;
  scheduler: Pick<UnifiedLifecycleScheduler, 'define'>;
  /** Whether this process runs jobs. */
  work: boolean;
  /** Controls, frameworks and mapping; what is shipped with this build unless given. */
  definitions?: { catalogue: Catalogue; mapping: CuratedMapping };
}

type Definitions = NonNullable<ComplianceParts['definitions']>;
let shipped: Definitions | undefined;

/** Immutable, so it is read once for all cores of a process. */
function shippedDefinitions(): Definitions {
  if (shipped) return shipped;
  const catalogue = loadCatalogue();
  const mapping = loadMapping((controlId) => catalogue.controls.has(controlId));
  shipped = { catalogue, mapping };
  return shipped;
}

/** Controls, frameworks, and where a team stands in them. */
export function createCompliance(
  platform: Platform,
  { evidence }: SecurityScans,
  { queue, scheduler, work, definitions }: ComplianceParts,
) {
  const { repositories, audit, events, leases, metrics, clock, newId, log, teams } = platform;
  const { catalogue, mapping: curated } = definitions ?? shippedDefinitions();
  const libraries = repositories.create(TeamLibrariesRepository);
  const library = new CustomLibrary(libraries, leases);
  const scf = createScf(platform, catalogue, {
    changed: (team) => engine.catchUp(team),
    choose: (actor, frameworkId, active) => activation.choose(actor, frameworkId, { active }),
    isActive: (team) => library.isActive(team),
  });
  const catalogues = new TeamCatalogues(catalogue, [library, scf.library], library);
  const states = repositories.create(ControlStatesRepository);
  const matches = repositories.create(CheckMatchesRepository);
  const tallies = repositories.create(CheckTalliesRepository);
  const runs = repositories.create(EngineRunsRepository);
  const checks = repositories.create(EngineChecksRepository);
  const decisions = repositories.create(DecisionsRepository);
  const attestationsRepository = repositories.create(AttestationsRepository);
  const reviews = repositories.create(MappingReviewsRepository);
  const teamEdges = new TeamEdges(reviews);
  const scoping = repositories.create(ScopingRepository);
  const stateHistory = repositories.create(StateHistoryRepository);
  const scoreHistory = repositories.create(ScoreHistoryRepository);
  const decisionLog = repositories.create(DecisionLogRepository);
  const evaluation = new ControlEvaluation({
    catalogues,
    matchers: new TeamMatchers(catalogue, curated),
    teamEdges,
    states,
    matches,
    tallies,
    stateHistory,
    decisions,
    events,
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
    ...{ scoping, catalogues, evidence, runs, teamEdges, engine, audit, clock },
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
  const activation = new FrameworkActivationService({
    catalogues,
    libraries,
    engine,
    audit,
  });
  const own = { catalogues, library, libraries, audit, clock };
  const customFrameworks = new CustomFrameworksService({ ...own, activation, engine });
  const customControls = new CustomControlsService({ ...own, states, engine });
  const gaps = new GapAnalysisService({ posture });
  const mapping = { reviews, teamEdges, matches, evidence, catalogues };
  const mappingQueue = new MappingQueue({ ...mapping, states, runs });
  const mappingReviews = new MappingReviewsService({
    ...mapping,
    engine,
    audit,
    leases,
    clock,
    newId,
  });
  const complianceExports = new ComplianceExportsService({ evidence, matches, catalogues });
  const health = new EngineHealthService({ runs, checks });
  const schedules = new EngineSchedules({
    ...{ engine, checks, teams, audit, metrics, log, events, clock },
  });
  const update = async ({ teamId, ...news }: { teamId: string } & EvidenceNews) => {
    try {
      await engine.update({ teamId }, news);
    } catch (error) {
      // Nobody tells the news again.
      await engine.distrust({ teamId });
      throw error;
    }
  };
  events.on(importCompleted, update);
  events.on(findingTriaged, update);
  events.on(scannedPlacesChanged, (team) => engine.catchUp(team));
  return {
    catalogue,
    catalogues,
    states,
    matches,
    decisions,
    engine,
    posture,
    health,
    controls,
    attestations,
    scf,
    /** Thresholds and scopes of a team. */
    settings,
    history,
    /** Decisions that go with an answer, and come back with it. */
    reversals,
    /** Deciding about controls, and what was decided. */
    deciding: decisionsService,
    activation,
    customFrameworks,
    customControls,
    gaps,
    mappingQueue,
    mappingReviews,
    complianceExports,
    addRoutes: (http: HttpApi) => {
      addLibraryRoutes(http, { activation, customFrameworks, customControls, gaps });
      addComplianceRoutes(http, {
        controls,
        posture,
        attestations,
        engine,
        health,
        settings,
        history,
        decisions: decisionsService,
      });
      addMappingReviewRoutes(http, { mappingQueue, mappingReviews });
      addComplianceExportRoutes(http, complianceExports);
      scf.addRoutes(http);
    },
    start: async () => {
      for (const team of await teams.list()) await engine.catchUp({ teamId: team.id });
      await schedules.define(scheduler);
      if (work) schedules.work(queue);
    },
  };
}
export type Compliance = ReturnType<typeof createCompliance>;
