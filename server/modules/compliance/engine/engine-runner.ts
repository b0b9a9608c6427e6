import type { EngineRun } from '../../../../contract/compliance.js';
import type { Clock } from '../../../platform/clock.js';
import type { TeamScope } from '../../../platform/database/collection.js';
import type { Events } from '../../../platform/events/events.js';
import type { ChangedChecks } from '../../security-scans/index.js';
import { engineRan } from '../compliance.events.js';
import type { AllResults } from '../posture/passing-reader.js';
import type { TeamScoping } from '../scoping/scoping.rules.js';
import { changedIds, NO_CHANGES, type RunReason } from './change-cause.rules.js';
import type { ControlEvaluation, Evaluated } from './control-evaluation.js';
import { definitionChangeOf } from './definition-change.rules.js';
import type { EngineEvidence } from './engine-evidence.js';
import type { EngineHistory } from './engine-history.js';
import type { EngineLock } from './engine-lock.js';
import type { EngineMemory } from './engine-runs.repository.js';
import type { EngineStates } from './engine-states.js';

export interface EngineRunnerDeps {
  evidence: EngineEvidence;
  states: EngineStates;
  history: EngineHistory;
  evaluation: ControlEvaluation;
  events: Events;
  clock: Clock;
}

/** The state at the start of a run. */
export interface RunBaseline extends Pick<EngineMemory, 'fullAt' | 'expiredUntil'> {
  /** Read when the run starts: an account added during the run must still be new to the next run. */
  scoping: TeamScoping;
  /** Stored by the previous run; null for the first. */
  before: EngineMemory | null;
}

interface Results {
  /** Results pass or fail that did not before. */
  hasMoved?: boolean;
  /** Of a run over everything. */
  known?: AllResults;
}

/** One run over a team's controls: over all, over changed checks, or over given controls. */
export class EngineRunner {
  constructor(private readonly deps: EngineRunnerDeps) {}

  async full(lock: EngineLock, changed: ReadonlySet<string> = NO_CHANGES): Promise<EngineRun> {
    const { evaluation, evidence, states, history, clock } = this.deps;
    const { team } = lock;
    const now = clock.now().toISOString();
    const accounts = await evidence.inScope(team);
    const [catalogue, scoping, before] = await Promise.all([
      states.catalogue(team),
      states.scoping(team, accounts),
      states.memory(team),
    ]);
    await this.#logExpired(team, before?.expiredUntil ?? '', now);
    await history.closeDoubles(team);
    const baseline = { fullAt: now, expiredUntil: now, scoping, before };
    return this.#run(lock, 'full', baseline, changed, async (reason) => {
      const { matched, tallied, checks } = await evidence.readAll(lock);
      const controlIds = [...catalogue.controls.keys()];
      const inputs = await evaluation.loadInputs(team, controlIds, scoping, matched);
      const computed = await evaluation.evaluate(lock, inputs, { scoping, reason }, tallied);
      const scopeIds = scoping.scopes.map(({ id }) => id);
      const removed = await states.removeOtherScopes(team, scopeIds.slice(1));
      if (removed) await history.endScopes(team, scopeIds, now);
      return { ...computed, checks, known: { matched, tallied } };
    });
  }

  /** Over the controls that the changed checks count for or counted for, and those whose proof depends on them. */
  incremental(lock: EngineLock, baseline: RunBaseline, changes: ChangedChecks): Promise<EngineRun> {
    const { evaluation, evidence } = this.deps;
    const { scoping } = baseline;
    return this.#run(lock, 'incremental', baseline, changedIds(changes), async (reason) => {
      const { controlIds, seen, hasMoved, tally } = await evidence.readChanged(lock, changes);
      const watching = await evaluation.watching(lock.team, seen);
      const affected = [...new Set([...controlIds, ...watching])];
      const [tallied, inputs] = await Promise.all([
        tally(),
        evaluation.loadInputs(lock.team, affected, scoping),
      ]);
      const computed = await evaluation.evaluate(lock, inputs, { scoping, reason }, tallied);
      return { ...computed, checks: changes.checkIds.length, hasMoved };
    });
  }

  ofControls(
    lock: EngineLock,
    baseline: RunBaseline,
    controlIds: readonly string[],
  ): Promise<EngineRun> {
    const { evaluation } = this.deps;
    const { scoping } = baseline;
    return this.#run(lock, 'incremental', baseline, NO_CHANGES, async (reason) => {
      const inputs = await evaluation.loadInputs(lock.team, controlIds, scoping);
      const computed = await evaluation.evaluate(lock, inputs, { scoping, reason });
      return { ...computed, checks: 0 };
    });
  }

  /** Evaluates the controls whose decisions have expired since the last run. */
  async expired(lock: EngineLock, baseline: RunBaseline): Promise<void> {
    const now = this.deps.clock.now().toISOString();
    const expired = await this.#logExpired(lock.team, baseline.expiredUntil, now);
    if (expired.length > 0)
      await this.ofControls(lock, { ...baseline, expiredUntil: now }, expired);
  }

  async recordScores({ team, lease }: EngineLock): Promise<void> {
    const { history, evaluation } = this.deps;
    lease.check();
    await history.recordScores(team, await evaluation.ruleVersion(team));
  }

  /** Returns the controls whose decisions expired between two moments. */
  async #logExpired(team: TeamScope, from: string, to: string): Promise<string[]> {
    const expired = await this.deps.states.expiredBetween(team, from, to);
    await this.deps.history.addExpired(team, expired);
    return expired.map(({ controlId }) => controlId);
  }

  async #run(
    { team, lease }: EngineLock,
    mode: EngineRun['mode'],
    { fullAt, expiredUntil, scoping, before }: RunBaseline,
    changed: ReadonlySet<string>,
    work: (reason: RunReason) => Promise<Evaluated & Pick<EngineRun, 'checks'> & Results>,
  ): Promise<EngineRun> {
    const { clock, evidence, states, history, events, evaluation } = this.deps;
    const startedAt = clock.now().toISOString();
    const startedMs = performance.now();
    // Until the end of the run: when it is cut short, the next one computes everything.
    await states.distrust(team);
    const ruleVersion = await evaluation.ruleVersion(team);
    const previousVersion = before?.ruleVersion ?? '';
    const definitionChanged = previousVersion !== '' && previousVersion !== ruleVersion;
    const scopingChanged = before?.scoping !== undefined && before.scoping !== scoping.version;
    const reviews = await evidence.reviewsVersion(team);
    const reviewed = before?.reviews !== undefined && before.reviews !== reviews;
    const reason = { changed, definitionChanged, scopingChanged, reviewed };
    const { changes, scopedChanges, hasMoved = false, known, ...done } = await work(reason);
    lease.check();
    // Scores depend on standings and shares of passing on results: an incremental run without a change changes none.
    const hasStandingChange = [...changes, ...scopedChanges].some(
      ({ from, to }) => from?.status !== to.status || from.standing !== to.standing,
    );
    const isRecorded = mode === 'full' || hasStandingChange || hasMoved;
    const moves = isRecorded ? await history.recordScores(team, ruleVersion, known) : [];
    if (definitionChanged) {
      const change = definitionChangeOf({ from: previousVersion, to: ruleVersion, changes, moves });
      await history.addDefinitionChange(team, change, startedAt);
    }
    const durationMs = Math.round((performance.now() - startedMs) * 10) / 10;
    const run: EngineRun = { mode, startedAt, durationMs, ...done };
    lease.check();
    const memory = {
      lastRun: run,
      ruleVersion,
      accounts: [...scoping.places],
      fullAt,
      expiredUntil,
    };
    await states.remember(team, { ...memory, scoping: scoping.version, reviews });
    const facts = { changes, scopedChanges, definitionChanged, ruleVersion };
    await events.emit(engineRan, { teamId: team.teamId, run, ...facts });
    return run;
  }
}
