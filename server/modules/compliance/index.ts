import type { TeamScope } from '../../platform/database/collection.js';
import type { HttpApi } from '../../platform/http/http-api.js';
import { LeaseLostError } from '../../platform/leases/held-lease.js';
import type { Platform } from '../../platform/platform.js';
import type { JobQueue } from '../../platform/queue/job-queue.js';
import type { UnifiedLifecycleScheduler } from '../../platform/scheduler/unified-lifecycle-scheduler.js';
import { timesRepaired } from '../../platform/time/clock.events.js';
import {
  type CatalogueModule,
  frameworksChosen,
  libraryChanged,
  libraryChanging,
} from '../catalogue/index.js';
import type { ControlJudge, Mapping } from '../mapping/index.js';
import {
  type ChangedChecks,
  findingTriaged,
  importCompleted,
  importUndone,
  type SecurityScans,
  scannedPlacesChanged,
} from '../security-scans/index.js';
import { AttestationsRepository } from './attestations/attestations.repository.js';
import { AttestationsService } from './attestations/attestations.service.js';
import { engineRan } from './compliance.events.js';
import { addComplianceRoutes } from './compliance.routes.js';
import { DecisionListService } from './decisions/decision-list.service.js';
import { DecisionLogRepository } from './decisions/decision-log.repository.js';
import { DecisionRecords } from './decisions/decision-records.js';
import { DecisionReversals } from './decisions/decision-reversals.service.js';
import { DecisionsRepository } from './decisions/decisions.repository.js';
import { DecisionsService } from './decisions/decisions.service.js';
import { BetweenRuns } from './engine/between-runs.js';
import { CheckTalliesRepository } from './engine/check-tallies.repository.js';
import { createEngine } from './engine/create-engine.js';
import { EngineJobs } from './engine/engine.jobs.js';
import { EngineChecksRepository } from './engine/engine-checks.repository.js';
import { EngineHealthService } from './engine/engine-health.service.js';
import { EngineRunsRepository } from './engine/engine-runs.repository.js';
import { StateVerification } from './engine/state-verification.service.js';
import { TeamResults } from './engine/team-results.js';
import { addComplianceExportRoutes } from './exports/compliance-exports.routes.js';
import { ComplianceExportsService } from './exports/compliance-exports.service.js';
import { CheckFixesService } from './fixes/check-fixes.service.js';
import { GapAnalysisService } from './gaps/gap-analysis.service.js';
import { HistoryService } from './history/history.service.js';
import { ScoreHistoryRepository } from './history/score-history.repository.js';
import { StateHistoryRepository } from './history/state-history.repository.js';
import { PostureService } from './posture/posture.service.js';
import { ResultsInScope } from './posture/results-in-scope.js';
import type { RequirementEvidence } from './requirements/requirement-evidence.js';
import { RequirementWhyService } from './requirements/requirement-why.service.js';
import { AccountRegionsService } from './scoping/account-regions.service.js';
import { EngineSettingsService } from './scoping/engine-settings.service.js';
import { ScopingRepository } from './scoping/scoping.repository.js';
import { ScopingService } from './scoping/scoping.service.js';
import { AnswersElsewhere } from './states/answers-elsewhere.js';
import { CheckControlsService } from './states/check-controls.service.js';
import { CommonControlRegistryService } from './states/common-control-registry.service.js';
import { ControlStatesRepository } from './states/control-states.repository.js';
import { JudgedResults } from './states/judged-results.js';

export type { GivenAttestation, KeptAttestation } from './attestations/attestation.js';
export {
  type ControlChange,
  engineRan,
  requirementAttested,
  type ScopedControlChange,
} from './compliance.events.js';
export type { StoredDecision } from './decisions/stored-decision.js';
export type { PastControl } from './history/history.service.js';
export type { PostureService } from './posture/posture.service.js';
export type { RequirementEvidence } from './requirements/requirement-evidence.js';
export type { TeamControlState } from './states/team-control-state.js';

export interface ComplianceParts {
  scans: Pick<SecurityScans, 'evidence' | 'findings'>;
  catalogue: Pick<CatalogueModule, 'catalogues' | 'activation'>;
  mapping: Pick<Mapping, 'matching' | 'matches'>;
  queue: JobQueue;
  scheduler: Pick<UnifiedLifecycleScheduler, 'define'>;
  /** Null while the module evidence is unavailable. */
  evidenceOf: () => RequirementEvidence | null;
  /** Whether this process runs jobs. */
  work: boolean;
}

/** A team's compliance: control states, framework scores, decisions and their history. */
export function createCompliance(
  platform: Platform,
  {
    scans: { evidence, findings: scanFindings },
    evidenceOf,
    catalogue,
    mapping,
    queue,
    scheduler,
    work,
  }: ComplianceParts,
) {
  const { repositories, audit, events, leases, metrics, clock, newId, log } = platform;
  const { catalogues, activation } = catalogue;
  const { matching, matches } = mapping;
  const states = repositories.create(ControlStatesRepository);
  const tallies = repositories.create(CheckTalliesRepository);
  const runs = repositories.create(EngineRunsRepository);
  const checks = repositories.create(EngineChecksRepository);
  const decisions = repositories.create(DecisionsRepository);
  const given = repositories.create(AttestationsRepository);
  const scoping = repositories.create(ScopingRepository);
  const stateHistory = repositories.create(StateHistoryRepository);
  const scoreHistory = repositories.create(ScoreHistoryRepository);
  const decisionLog = repositories.create(DecisionLogRepository);
  const engine = createEngine(platform, {
    ...{ results: evidence, catalogues, mapping, states, tallies, runs, decisions, decisionLog },
    ...{ attestations: given, scoping, stateHistory, scoreHistory },
  });
  const settings = new EngineSettingsService({ scoping, runs, matching, engine, audit });
  const scopes = new ScopingService({ scoping, catalogues, evidence, engine, audit, clock });
  const regions = new AccountRegionsService({ scoping, evidence, engine, audit, clock });
  const history = new HistoryService({ catalogues, stateHistory, scores: scoreHistory, clock });
  const records = new DecisionRecords({ decisions, decisionLog, newId });
  const deciding = new DecisionsService({ catalogues, records, engine, settings, audit, clock });
  const decided = new DecisionListService({ catalogues, records, states, clock });
  const reversals = new DecisionReversals({ catalogues, records, engine, audit, clock });
  const teamResults = new TeamResults({
    ...{ catalogues, scoping, evidence, matches, tallies, decisions },
  });
  const results = new ResultsInScope({ runs, tallies, results: teamResults });
  const posture = new PostureService({
    ...{ catalogues, scoping, states, clock, attestations: given, results },
  });
  const fixes = new CheckFixesService({ posture, runs, inScope: results, results: teamResults });
  const answers = new AnswersElsewhere({ catalogues, attestations: given, clock });
  const controls = new CommonControlRegistryService({
    ...{ catalogues, states, answers, deciding, scoping, results },
  });
  const checkControls = new CheckControlsService({ matches, states, catalogues });
  const attestations = new AttestationsService({
    ...{ attestations: given, posture, engine, audit, events, clock },
  });
  const gaps = new GapAnalysisService({ posture });
  const requirements = new RequirementWhyService({
    ...{ catalogues, posture, stateHistory, records, evidence: evidenceOf },
    findings: scanFindings,
  });
  const complianceExports = new ComplianceExportsService({
    ...{ evidence, matches, catalogues, posture, runs, scoping },
  });
  const health = new EngineHealthService({ runs, checks });
  const verification = new StateVerification({ engine, checks, audit, metrics, log, clock });
  const jobs = new EngineJobs({ engine, verification, runs, queue, platform });
  const update = async ({ teamId, ...changes }: { teamId: string } & ChangedChecks) => {
    try {
      return await engine.update({ teamId }, changes);
    } catch (error) {
      // These changes are not reported again.
      await engine.distrust({ teamId });
      if (!(error instanceof LeaseLostError)) throw error;
      // This process stalled; now it computes everything.
      log.warn({ err: error, teamId }, 'engine run repeated');
      return await engine.update({ teamId }, changes);
    }
  };
  events.on(importCompleted, async (changes) => void (await update(changes)));
  events.on(importUndone, async (team) => {
    // Checks and accounts may be gone, which no incremental run looks for.
    await engine.distrust(team);
    await engine.catchUp(team);
  });
  events.on(timesRepaired, async () => {
    // Evidence and decisions may count again, or no longer.
    await runs.distrustAll();
    if (work) await jobs.catchUp();
  });
  events.on(findingTriaged, async (changes) => void (await update(changes)));
  events.on(scannedPlacesChanged, (team) => engine.catchUp(team));
  events.on(libraryChanging, (team) => engine.expect(team));
  events.on(libraryChanged, (team) => engine.catchUp(team));
  events.on(engineRan, ({ teamId, run: { mode, durationMs, checks }, changes }) => {
    const fields = { teamId, mode, checks, controlsChanged: changes.length, durationMs };
    log.info(fields, 'engine run finished');
  });
  events.on(frameworksChosen, (team) => engine.recordScores(team));
  events.on(engineRan, ({ run }) => metrics.engineRan(run.mode, run.durationMs / 1000));
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
    /** By which checks and accounts a control is judged. */
    judgedResults: new JudgedResults({ catalogues, matches, scoping, evidence }),
    decisions,
    engine,
    betweenRuns: new BetweenRuns({ runs, leases }),
    posture,
    fixes,
    health,
    controls,
    /** The controls that checks count for. */
    checkControls,
    attestations,
    /** Thresholds of a team. */
    settings,
    /** Account profiles and framework scopes of a team. */
    scopes,
    /** The regions that accounts use. */
    regions,
    history,
    /** Withdraws and restores the decisions that an answer made. */
    reversals,
    /** Makes and withdraws decisions about controls. */
    deciding,
    /** Lists decisions. */
    decided,
    activation,
    gaps,
    /** Why a requirement has its status. */
    requirements,
    complianceExports,
    addRoutes: (http: HttpApi) => {
      addComplianceRoutes(http, {
        controls,
        checkControls,
        posture,
        fixes,
        attestations,
        engine,
        health,
        settings,
        scopes,
        regions,
        history,
        decisions: decided,
        gaps,
        requirements,
      });
      addComplianceExportRoutes(http, complianceExports);
    },
    /** The teams with a run of the engine since then. */
    teamsRunSince: (instant: string) => runs.ranSince(instant),
    start: async () => {
      await jobs.define(scheduler);
      if (work) jobs.work();
    },
    catchUp: async () => {
      if (work) await jobs.catchUp();
    },
    catchUpTeam: (team: TeamScope) => engine.catchUp(team),
  };
}
export type Compliance = ReturnType<typeof createCompliance>;
