import type { EngineRun } from '../../../../contract/compliance.js';
import type { Audit } from '../../../platform/audit/audit.js';
import type { Actor } from '../../../platform/auth/actor.js';
import type { Clock, NewId } from '../../../platform/clock.js';
import type { TeamScope } from '../../../platform/database/collection.js';
import type { Events } from '../../../platform/events/events.js';
import type { Leases } from '../../../platform/leases/leases.js';
import type { Metrics } from '../../../platform/metrics/metrics.js';
import type { TeamCatalogues } from '../../catalogue/index.js';
import type { CheckMatchesRepository, CheckMatchingService } from '../../mapping/index.js';
import type { EvidenceNews, EvidenceService } from '../../security-scans/index.js';
import { engineRan } from '../compliance.events.js';
import type { DecisionLogRepository } from '../decisions/decision-log.repository.js';
import type { DecisionsRepository } from '../decisions/decisions.repository.js';
import type { ScoreHistoryRepository } from '../history/score-history.repository.js';
import type { ScoreRecorder } from '../history/score-recorder.js';
import type { StateHistoryRepository } from '../history/state-history.repository.js';
import type { ScopingRepository } from '../scoping/scoping.repository.js';
import type { TeamScoping } from '../scoping/scoping.rules.js';
import { readScoping } from '../scoping/scoping.service.js';
import type {
  ControlStatesRepository,
  TeamControlState,
} from '../states/control-states.repository.js';
import { engineLease } from './between-runs.js';
import { NO_NEWS, newsOf, type RunReason } from './change-cause.rules.js';
import type { ControlEvaluation, Evaluated, Turn } from './control-evaluation.js';
import { definitionChangeOf } from './definition-change.rules.js';
import { type Divergence, divergencesBetween } from './divergence.rules.js';
import { type EngineMemory, type EngineRunsRepository, KEEPS } from './engine-runs.repository.js';
import type { EvidenceTallies } from './evidence-tallies.js';
import { accountOf } from './tallies.rules.js';

const DAY_MS = 86_400_000;

export interface EngineDeps {
  catalogues: TeamCatalogues;
  events: Events;
  evaluation: ControlEvaluation;
  evidence: EvidenceService;
  matching: CheckMatchingService;
  matches: CheckMatchesRepository;
  tallies: EvidenceTallies;
  states: ControlStatesRepository;
  runs: EngineRunsRepository;
  decisions: DecisionsRepository;
  decisionLog: DecisionLogRepository;
  scoping: ScopingRepository;
  stateHistory: StateHistoryRepository;
  scores: ScoreRecorder;
  scoreHistory: ScoreHistoryRepository;
  audit: Audit;
  leases: Leases;
  metrics: Metrics;
  clock: Clock;
  newId: NewId;
}

/**
 * Keeps every team's control states up to date with the evidence. One run per team at a time, of all
 * processes; a run over some checks recomputes the controls that these count for or counted for, and leaves the rest.
 */
export class AutonomousComplianceEngine {
  constructor(private readonly deps: EngineDeps) {}

  /** Recomputes everything from the results themselves. */
  async sync(actor: Actor): Promise<EngineRun> {
    // Before the team's turn, as what imports a report waits for it with the results in its hands.
    await this.deps.evidence.recount(actor);
    const run = await this.#alone(actor, (turn) => this.#full(turn));
    await this.deps.audit.record(actor, 'compliance.synced', actor.teamId, { ...run });
    return run;
  }

  /** Recomputes what the news touches; everything when that is not enough, see `#upToDate`. */
  update(team: TeamScope, news: EvidenceNews): Promise<EngineRun> {
    return this.#alone(team, async (turn) => {
      const memory = await this.#upToDate(team);
      return memory ? this.#incremental(turn, memory, news) : this.#full(turn, newsOf(news));
    });
  }

  /** Recomputes these controls: a person decided about them. */
  reconsider(team: TeamScope, controlIds: readonly string[]): Promise<EngineRun> {
    return this.#alone(team, async (turn) => {
      const memory = await this.#upToDate(team);
      return memory ? this.#some(turn, memory, controlIds) : this.#full(turn);
    });
  }

  /** Records the scores as they are now: an attestation, or which frameworks there are, has changed. */
  recordScores(team: TeamScope): Promise<void> {
    return this.#alone(team, async (turn) => {
      const { scores, evaluation } = this.deps;
      turn.lease.check();
      await scores.record(team, await evaluation.ruleVersion(team));
    });
  }

  /**
   * Brings a team up to date without any results being new: after a start, as time passes, and when its
   * settings, its scopes, its library or its mapping have changed.
   */
  async catchUp(team: TeamScope): Promise<void> {
    await this.#alone(team, async (turn) => {
      const memory = await this.#upToDate(team);
      if (memory) await this.#expire(turn, memory);
      else await this.#full(turn);
    });
  }

  /** The next run computes everything: one before it did not come to its end. */
  distrust(team: TeamScope): Promise<void> {
    return this.deps.runs.distrust(team);
  }

  /**
   * Computes everything anew, and answers what of the stored states that contradicts: nothing, unless an
   * incremental run was wrong or missed something. Null when a full run was due anyway.
   */
  verify(team: TeamScope): Promise<Divergence[] | null> {
    const { evidence } = this.deps;
    // A report that is half stored would look like a state that is wrong.
    return evidence.whileStill(team, async () => {
      await evidence.recount(team);
      return this.#alone(team, async (turn) => {
        const memory = await this.#remembered(team);
        if (memory) await this.#expire(turn, memory);
        const before = await this.#everyState(team, memory);
        await this.#full(turn);
        return memory && divergencesBetween(before, await this.#everyState(team, memory));
      });
    });
  }

  async #full(turn: Turn, news: ReadonlySet<string> = NO_NEWS): Promise<EngineRun> {
    const { evaluation, evidence, catalogues, matching, matches, tallies } = this.deps;
    const { states, stateHistory, runs } = this.deps;
    const { team } = turn;
    const now = this.deps.clock.now().toISOString();
    const accounts = await evidence.inScope(team);
    const [catalogue, scoping, before] = await Promise.all([
      catalogues.of(team),
      readScoping(this.deps.scoping, team, accounts),
      runs.get(team),
    ]);
    await this.#logExpired(team, before?.expiredUntil ?? '', now);
    const basis = { fullAt: now, expiredUntil: now, accounts, scoping, before };
    return this.#timed(turn, 'full', basis, news, async (reason) => {
      const known = await evidence.of(team);
      const matched = await matching.match(turn, known.checks, await matches.list(team));
      const controlIds = [...catalogue.controls.keys()];
      const tallied = await tallies.renew(turn, known);
      const about = await evaluation.about(team, controlIds, scoping, matched);
      const computed = await evaluation.evaluate(turn, about, { scoping, reason }, tallied);
      const scopeIds = scoping.scopes.map(({ id }) => id);
      const isLess = await states.keepScopes(team, scopeIds.slice(1));
      if (isLess) await stateHistory.endScopes(team, scopeIds, now);
      return { ...computed, checks: known.checks.length };
    });
  }

  /** Judges controls anew whose decisions have run out since this was last looked at. */
  async #expire(turn: Turn, memory: Basis): Promise<void> {
    const now = this.deps.clock.now().toISOString();
    const expired = await this.#logExpired(turn.team, memory.expiredUntil, now);
    if (expired.length > 0) await this.#some(turn, { ...memory, expiredUntil: now }, expired);
  }

  /** Answers the controls whose decisions ran out between two moments. */
  async #logExpired(team: TeamScope, from: string, to: string): Promise<string[]> {
    const { decisions, decisionLog } = this.deps;
    const expired = await decisions.expiredBetween(team, from, to);
    await decisionLog.expired(team, expired);
    return expired.map(({ controlId }) => controlId);
  }

  #incremental(turn: Turn, basis: Basis, news: EvidenceNews): Promise<EngineRun> {
    const { evaluation, evidence, matching, matches, tallies } = this.deps;
    const [{ checkIds }, { scoping }] = [news, basis];
    return this.#timed(turn, 'incremental', basis, newsOf(news), async (reason) => {
      const [before, checks, heard] = await Promise.all([
        matches.ofChecks(turn.team, checkIds),
        evidence.checks(turn.team, checkIds),
        tallies.heard(turn.team, news),
      ]);
      const after = await matching.match(turn, checks, before);
      const touched = new Set([...before, ...after].flatMap(({ controlIds }) => controlIds));
      const [tallied, about] = await Promise.all([
        tallies.update(turn, checks, heard),
        evaluation.about(turn.team, [...touched], scoping),
      ]);
      const computed = await evaluation.evaluate(turn, about, { scoping, reason }, tallied);
      return { ...computed, checks: checkIds.length };
    });
  }

  #some(turn: Turn, basis: Basis, controlIds: readonly string[]): Promise<EngineRun> {
    const [{ evaluation }, { scoping }] = [this.deps, basis];
    return this.#timed(turn, 'incremental', basis, NO_NEWS, async (reason) => {
      const about = await evaluation.about(turn.team, controlIds, scoping);
      const computed = await evaluation.evaluate(turn, about, { scoping, reason });
      return { ...computed, checks: 0 };
    });
  }

  /**
   * What is remembered of a team; null when all must be computed: when nothing is to be relied on, and once
   * a day, as evidence ages and answers run out without anybody saying so.
   */
  async #upToDate(team: TeamScope): Promise<Basis | null> {
    const memory = await this.#remembered(team);
    if (!memory) return null;
    const ageMs = this.deps.clock.now().getTime() - Date.parse(memory.fullAt);
    return ageMs < DAY_MS ? memory : null;
  }

  /** Null for the first time, under new rules or settings, after a run that failed, and when accounts have come. */
  async #remembered(team: TeamScope): Promise<Basis | null> {
    const { runs, evidence, evaluation } = this.deps;
    const [before, ruleVersion, accounts] = await Promise.all([
      runs.get(team),
      evaluation.ruleVersion(team),
      evidence.inScope(team),
    ]);
    if (!before || before.distrusted || before.keeps !== KEEPS) return null;
    if (before.ruleVersion !== ruleVersion) return null;
    const scoping = await readScoping(this.deps.scoping, team, accounts);
    const isSame =
      scoping.version === before.scoping &&
      accounts.map(accountOf).join('\n') === before.accounts.join('\n');
    const { fullAt, expiredUntil } = before;
    return isSame ? { fullAt, expiredUntil, accounts, scoping, before } : null;
  }

  async #everyState(team: TeamScope, basis: Basis | null): Promise<TeamControlState[]> {
    const ids = basis?.scoping.scopes.map(({ id }) => id) ?? [];
    return (await Promise.all(ids.map((id) => this.deps.states.list(team, id)))).flat();
  }

  async #timed(
    turn: Turn,
    mode: EngineRun['mode'],
    { fullAt, expiredUntil, accounts: inScope, scoping, before }: Basis,
    news: ReadonlySet<string>,
    work: (reason: RunReason) => Promise<Evaluated & Pick<EngineRun, 'checks'>>,
  ): Promise<EngineRun> {
    const { clock, metrics, runs, events, evaluation, matching, scores } = this.deps;
    const { team, lease } = turn;
    const startedAt = clock.now().toISOString();
    const startedMs = performance.now();
    const ruleVersion = await evaluation.ruleVersion(team);
    const was = before?.ruleVersion ?? '';
    const definitionChanged = was !== '' && was !== ruleVersion;
    const scopingChanged = before?.scoping !== undefined && before.scoping !== scoping.version;
    const reviews = await matching.reviewsVersion(team);
    const reviewed = before?.reviews !== undefined && before.reviews !== reviews;
    const reason = { news, definitionChanged, scopingChanged, reviewed };
    const { changes, scopedChanges, ...done } = await work(reason);
    lease.check();
    // Scores rest on statuses: where none moved, a single run changes none.
    const isMoved = [...changes, ...scopedChanges].some(
      ({ from, to }) => from?.status !== to.status,
    );
    const moves = mode === 'full' || isMoved ? await scores.record(team, ruleVersion) : [];
    if (definitionChanged) {
      const change = definitionChangeOf({ from: was, to: ruleVersion, changes, moves });
      const id = this.deps.newId('definition');
      const entry = { ...change, id, teamId: team.teamId, at: startedAt };
      await this.deps.scoreHistory.addDefinitionChange(team, entry);
    }
    const durationMs = Math.round((performance.now() - startedMs) * 10) / 10;
    const lastRun: EngineRun = { mode, startedAt, durationMs, ...done };
    lease.check();
    const accounts = inScope.map(accountOf);
    const memory = { lastRun, ruleVersion, accounts, fullAt, expiredUntil };
    await runs.put(team, { ...memory, scoping: scoping.version, reviews });
    metrics.engineRan(mode, durationMs / 1000);
    const changed = { changes, scopedChanges, definitionChanged, ruleVersion };
    await events.emit(engineRan, { teamId: team.teamId, run: lastRun, ...changed });
    return lastRun;
  }

  /** A team's turn; what attestations that ended meanwhile changed is recorded before anything else changes. */
  #alone<T>(team: TeamScope, work: (turn: Turn) => Promise<T>): Promise<T> {
    const { leases, scores, evaluation } = this.deps;
    return leases.hold(engineLease(team), async (lease) => {
      await scores.settle(team, await evaluation.ruleVersion(team));
      return work({ team, lease });
    });
  }
}

/** What a run begins with. */
interface Basis extends Pick<EngineMemory, 'fullAt' | 'expiredUntil'> {
  /** Those of the beginning: one that comes meanwhile must still be new to the next run. */
  accounts: Awaited<ReturnType<EvidenceService['inScope']>>;
  scoping: TeamScoping;
  /** What the run before left; null for the first. */
  before: EngineMemory | null;
}
