import type { EngineRun } from '../../../../contract/compliance.js';
import type { Audit } from '../../../platform/audit/audit.js';
import type { Actor } from '../../../platform/auth/actor.js';
import type { Clock } from '../../../platform/clock.js';
import type { TeamScope } from '../../../platform/database/collection.js';
import type { Leases } from '../../../platform/leases/leases.js';
import type { ChangedChecks } from '../../security-scans/index.js';
import type { TeamControlState } from '../states/team-control-state.js';
import { changedIds } from './change-cause.rules.js';
import { type Divergence, divergencesBetween } from './divergence.rules.js';
import { type EngineLock, withEngineLock } from './engine-lock.js';
import type { EngineRunner, EngineRunnerDeps, RunBaseline } from './engine-runner.js';
import { KEEPS } from './engine-runs.repository.js';

const DAY_MS = 86_400_000;

export interface EngineDeps {
  /** The parts of a run: what reads evidence, what stores states, what keeps history. */
  parts: Pick<EngineRunnerDeps, 'evidence' | 'states' | 'history' | 'evaluation'>;
  runner: EngineRunner;
  leases: Leases;
  audit: Audit;
  clock: Clock;
}

/**
 * Keeps every team's control states up to date with the evidence. One run per team at a time, across all
 * processes; a run over some checks recomputes the controls that they count for or counted for, and leaves the rest.
 */
export class AutonomousComplianceEngine {
  constructor(private readonly deps: EngineDeps) {}

  /** Identifies the rules, library and mapping of this build. */
  get build(): string {
    return this.deps.parts.evaluation.build;
  }

  /** Recomputes everything from the results themselves. */
  async sync(actor: Actor): Promise<EngineRun> {
    // Before the engine's lock, because an import waits for that lock while it holds the results lease.
    await this.deps.parts.evidence.recount(actor);
    const run = await this.#locked(actor, (lock) => this.deps.runner.full(lock));
    await this.deps.audit.record(actor, 'compliance.synced', actor.teamId, { ...run });
    return run;
  }

  /** Incremental run for the changed checks; falls back to a full run. */
  update(team: TeamScope, changes: ChangedChecks): Promise<EngineRun> {
    const { runner } = this.deps;
    return this.#locked(team, async (lock) => {
      const baseline = await this.#upToDate(team);
      return baseline
        ? runner.incremental(lock, baseline, changes)
        : runner.full(lock, changedIds(changes));
    });
  }

  /** Recomputes these controls after a person's decision. */
  reconsider(team: TeamScope, controlIds: readonly string[]): Promise<EngineRun> {
    const { runner } = this.deps;
    return this.#locked(team, async (lock) => {
      const baseline = await this.#upToDate(team);
      return baseline ? runner.ofControls(lock, baseline, controlIds) : runner.full(lock);
    });
  }

  /** Records the current scores after a change of attestations or of active frameworks. */
  recordScores(team: TeamScope): Promise<void> {
    return this.#locked(team, (lock) => this.deps.runner.recordScores(lock));
  }

  /**
   * Brings a team up to date without new results: after a start, as time passes, and when its settings,
   * scopes, library or mapping have changed.
   */
  async catchUp(team: TeamScope): Promise<void> {
    const { runner } = this.deps;
    await this.#locked(team, async (lock) => {
      const baseline = await this.#upToDate(team);
      if (baseline) await runner.expired(lock, baseline);
      else await runner.full(lock);
    });
  }

  /** Before a change of what `catchUp` follows: a team whose process dies in between is due all the same. */
  expect(team: TeamScope): Promise<void> {
    return this.deps.parts.states.expect(team);
  }

  /** Makes the next run compute everything, after a failed run. */
  distrust(team: TeamScope): Promise<void> {
    return this.deps.parts.states.distrust(team);
  }

  /**
   * Recomputes everything and returns the differences from the stored states: none, unless an incremental
   * run was wrong or missed something. Null when a full run was due anyway.
   */
  verify(team: TeamScope): Promise<Divergence[] | null> {
    const { parts, runner } = this.deps;
    const { evidence } = parts;
    // A partly stored report would look like a wrong state.
    return evidence.whileStill(team, async () => {
      await evidence.recount(team);
      return this.#locked(team, async (lock) => {
        const baseline = await this.#remembered(team);
        if (baseline) await runner.expired(lock, baseline);
        const before = await this.#everyState(team, baseline);
        await runner.full(lock);
        return baseline && divergencesBetween(before, await this.#everyState(team, baseline));
      });
    });
  }

  /** Null when everything must be computed: stored states are not reliable, or a day has passed, as evidence ages. */
  async #upToDate(team: TeamScope): Promise<RunBaseline | null> {
    const baseline = await this.#remembered(team);
    if (!baseline) return null;
    const ageMs = this.deps.clock.now().getTime() - Date.parse(baseline.fullAt);
    return ageMs < DAY_MS ? baseline : null;
  }

  /** Null for the first run, with changed rules or settings, after a failed run, and with a changed list of accounts or regions. */
  async #remembered(team: TeamScope): Promise<RunBaseline | null> {
    const { evidence, states, evaluation } = this.deps.parts;
    const [before, ruleVersion, accounts] = await Promise.all([
      states.memory(team),
      evaluation.ruleVersion(team),
      evidence.inScope(team),
    ]);
    if (!before || before.distrusted || before.keeps !== KEEPS) return null;
    if (before.ruleVersion !== ruleVersion) return null;
    const scoping = await states.scoping(team, accounts);
    const isSame =
      scoping.version === before.scoping &&
      scoping.places.join('\n') === before.accounts.join('\n');
    const { fullAt, expiredUntil } = before;
    return isSame ? { fullAt, expiredUntil, scoping, before } : null;
  }

  async #everyState(team: TeamScope, baseline: RunBaseline | null): Promise<TeamControlState[]> {
    return baseline ? this.deps.parts.states.all(team, baseline.scoping.scopes) : [];
  }

  /**
   * First records the score changes by attestations that have ended since the last run; last, plans when the team is
   * due again.
   */
  #locked<T>(team: TeamScope, work: (lock: EngineLock) => Promise<T>): Promise<T> {
    const { leases, parts } = this.deps;
    const { history, states, evaluation } = parts;
    return withEngineLock(leases, team, async (lock) => {
      await history.settleScores(team, await evaluation.ruleVersion(team));
      const done = await work(lock);
      await states.plan(team, DAY_MS, await history.nextEnd(team), evaluation.build);
      return done;
    });
  }
}
