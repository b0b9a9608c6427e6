import type { ControlStateChange, DefinitionChange } from '../../../../contract/compliance.js';
import type { NewId } from '../../../platform/clock.js';
import type { TeamScope } from '../../../platform/database/collection.js';
import type { DecisionLogRepository } from '../decisions/decision-log.repository.js';
import type { StoredDecision } from '../decisions/stored-decision.js';
import type { ScoreHistoryRepository } from '../history/score-history.repository.js';
import type { ScoreRecorder } from '../history/score-recorder.js';
import type { StateHistoryRepository } from '../history/state-history.repository.js';
import type { AllResults, PassingReader } from '../posture/passing-reader.js';

export interface EngineHistoryDeps {
  states: StateHistoryRepository;
  scores: ScoreRecorder;
  passing: PassingReader;
  scoreHistory: ScoreHistoryRepository;
  decisionLog: DecisionLogRepository;
  newId: NewId;
}

/** Writes a team's history for the engine: past states, scores, expired decisions, definition changes. */
export class EngineHistory {
  constructor(private readonly deps: EngineHistoryDeps) {}

  /** Records the score changes by attestations that have ended since the last record. */
  settleScores(team: TeamScope, ruleVersion: string): Promise<void> {
    const { scores, passing } = this.deps;
    return scores.settle(team, ruleVersion, () => passing.read(team));
  }

  /** When scores next change because an attestation ends; null: never. */
  nextEnd(team: TeamScope): Promise<string | null> {
    return this.deps.scores.nextEnd(team);
  }

  /** Returns the scores that differ from the last record. `known`: results that need not be read. */
  async recordScores(
    team: TeamScope,
    ruleVersion: string,
    known?: AllResults,
  ): Promise<DefinitionChange['frameworks']> {
    const { scores, passing } = this.deps;
    return scores.record(team, ruleVersion, await passing.read(team, known));
  }

  addStates(team: TeamScope, intervals: readonly Omit<ControlStateChange, 'until'>[]) {
    return this.deps.states.append(team, intervals);
  }

  /** One open entry per control and framework, whatever happened to the clock or to this process. */
  async closeDoubles(team: TeamScope): Promise<void> {
    await this.deps.states.closeDoubles(team);
    await this.deps.scoreHistory.closeDoubles(team);
  }

  /** Ends the states of every scope but these. */
  endScopes(team: TeamScope, kept: readonly string[], at: string) {
    return this.deps.states.endScopes(team, kept, at);
  }

  addExpired(team: TeamScope, decisions: readonly StoredDecision[]): Promise<void> {
    return this.deps.decisionLog.expired(team, decisions);
  }

  async addDefinitionChange(
    team: TeamScope,
    change: Omit<DefinitionChange, 'id' | 'at'>,
    at: string,
  ): Promise<void> {
    const { scoreHistory, newId } = this.deps;
    const entry = { ...change, id: newId('definition'), teamId: team.teamId, at };
    await scoreHistory.addDefinitionChange(team, entry);
  }
}
