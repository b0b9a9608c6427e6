import type { Platform } from '../../../platform/platform.js';
import type { CatalogueModule } from '../../catalogue/index.js';
import type { Mapping } from '../../mapping/index.js';
import type { EvidenceService } from '../../security-scans/index.js';
import type { AttestationsRepository } from '../attestations/attestations.repository.js';
import type { DecisionLogRepository } from '../decisions/decision-log.repository.js';
import type { DecisionsRepository } from '../decisions/decisions.repository.js';
import type { ScoreHistoryRepository } from '../history/score-history.repository.js';
import { ScoreRecorder } from '../history/score-recorder.js';
import type { StateHistoryRepository } from '../history/state-history.repository.js';
import { PassingReader } from '../posture/passing-reader.js';
import type { ScopingRepository } from '../scoping/scoping.repository.js';
import type { ControlStatesRepository } from '../states/control-states.repository.js';
import { AutonomousComplianceEngine } from './autonomous-compliance-engine.js';
import type { CheckTalliesRepository } from './check-tallies.repository.js';
import { ControlEvaluation } from './control-evaluation.js';
import { EngineEvidence } from './engine-evidence.js';
import { EngineHistory } from './engine-history.js';
import { EngineRunner } from './engine-runner.js';
import type { EngineRunsRepository } from './engine-runs.repository.js';
import { EngineStates } from './engine-states.js';
import { EvidenceTallies } from './evidence-tallies.js';

/** The modules before this one, and the collections that the engine works on. */
export interface EngineSources {
  results: EvidenceService;
  catalogues: CatalogueModule['catalogues'];
  mapping: Pick<Mapping, 'matching' | 'matches'>;
  states: ControlStatesRepository;
  tallies: CheckTalliesRepository;
  runs: EngineRunsRepository;
  decisions: DecisionsRepository;
  decisionLog: DecisionLogRepository;
  attestations: AttestationsRepository;
  scoping: ScopingRepository;
  stateHistory: StateHistoryRepository;
  scoreHistory: ScoreHistoryRepository;
}

export function createEngine(
  { events, audit, leases, clock, newId }: Platform,
  sources: EngineSources,
): AutonomousComplianceEngine {
  const { results, catalogues, mapping, scoping, decisions, decisionLog } = sources;
  const { states: stored, runs, attestations, scoreHistory } = sources;
  const evidence = new EngineEvidence({
    ...mapping,
    results,
    tallies: new EvidenceTallies({ evidence: results, tallies: sources.tallies }),
  });
  const states = new EngineStates({ catalogues, scoping, states: stored, decisions, runs });
  const scores = new ScoreRecorder({
    ...{ catalogues, states: stored, attestations, scoping, scores: scoreHistory, clock },
  });
  const { matches } = mapping;
  const passing = new PassingReader({
    ...{ catalogues, scoping, matches, tallies: sources.tallies, clock },
  });
  const history = new EngineHistory({
    ...{ states: sources.stateHistory, scores, passing, scoreHistory, decisionLog, newId },
  });
  const evaluation = new ControlEvaluation({ evidence, states, history, clock });
  const parts = { evidence, states, history, evaluation };
  const runner = new EngineRunner({ ...parts, events, clock });
  return new AutonomousComplianceEngine({ parts, runner, leases, audit, clock });
}
