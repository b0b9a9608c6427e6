import type { EngineRun } from '../../../../contract/compliance.js';
import type { Audit } from '../../../platform/audit/audit.js';
import type { Actor } from '../../../platform/auth/actor.js';
import type { Clock } from '../../../platform/clock.js';
import type { TeamScope } from '../../../platform/database/collection.js';
import type { Events } from '../../../platform/events/events.js';
import type { Leases } from '../../../platform/leases/leases.js';
import type { Metrics } from '../../../platform/metrics/metrics.js';
import type { EvidenceService } from '../../security-scans/index.js';
import type { TeamCatalogues } from '../common-controls/team-catalogues.js';
import { engineRan } from '../compliance.events.js';
import type { DecisionsRepository } from '../decisions/decisions.repository.js';
import type { CheckMatchesRepository } from './check-matches.repository.js';
import type { ControlEvaluation, Evaluated, Turn } from './control-evaluation.js';
import type { ControlStatesRepository } from './control-states.repository.js';
import { type Divergence, divergencesBetween } from './divergence.rules.js';
import type { EngineMemory, EngineRunsRepository } from './engine-runs.repository.js';
import { accountOf } from './tallies.rules.js';

const DAY_MS = 86_400_000;

export interface EngineDeps {
  catalogues: TeamCatalogues;
  events: Events;
  evaluation: ControlEvaluation;
  evidence: EvidenceService;
  matches: CheckMatchesRepository;
  states: ControlStatesRepository;
  runs: EngineRunsRepository;
  decisions: DecisionsRepository;
  audit: Audit;
  leases: Leases;
  metrics: Metrics;
  clock: Clock;
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

  /** Recomputes what these checks touch; everything when that is not enough, see `#upToDate`. */
  update(team: TeamScope, checkIds: readonly string[]): Promise<EngineRun> {
    return this.#alone(team, async (turn) => {
      const memory = await this.#upToDate(team);
      return memory ? this.#incremental(turn, memory, checkIds) : this.#full(turn);
    });
  }

  /** Recomputes these controls: a person decided about them. */
  reconsider(team: TeamScope, controlIds: readonly string[]): Promise<EngineRun> {
    return this.#alone(team, async (turn) => {
      const memory = await this.#upToDate(team);
      return memory ? this.#some(turn, memory, controlIds) : this.#full(turn);
    });
  }

  /** Brings a team up to date without any news: after a start, and as time passes. */
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
    const { evidence, states } = this.deps;
    // A report that is half stored would look like a state that is wrong.
    return evidence.whileStill(team, async () => {
      await evidence.recount(team);
      return this.#alone(team, async (turn) => {
        const memory = await this.#remembered(team);
        if (memory) await this.#expire(turn, memory);
        const before = await states.list(team);
        await this.#full(turn);
        return memory && divergencesBetween(before, await states.list(team));
      });
    });
  }

  async #full(turn: Turn): Promise<EngineRun> {
    const { evaluation, evidence, catalogues, matches, clock } = this.deps;
    const { team } = turn;
    const now = clock.now().toISOString();
    const accounts = await evidence.accounts(team);
    const catalogue = await catalogues.of(team);
    return this.#timed(turn, 'full', { fullAt: now, expiredUntil: now, accounts }, async () => {
      const known = await evidence.of(team);
      const matched = await evaluation.match(turn, known.checks, await matches.list(team));
      return {
        ...(await evaluation.evaluate(turn, [...catalogue.controls.keys()], accounts, {
          ...known,
          matched,
        })),
        checks: known.checks.length,
      };
    });
  }

  /** Judges controls anew whose decisions have run out since this was last looked at. */
  async #expire(turn: Turn, memory: Basis): Promise<void> {
    const { decisions, clock } = this.deps;
    const now = clock.now().toISOString();
    const expired = await decisions.expiredBetween(turn.team, memory.expiredUntil, now);
    if (expired.length > 0) await this.#some(turn, { ...memory, expiredUntil: now }, expired);
  }

  #incremental(turn: Turn, basis: Basis, checkIds: readonly string[]): Promise<EngineRun> {
    const { evaluation, evidence, matches } = this.deps;
    return this.#timed(turn, 'incremental', basis, async () => {
      const before = await matches.ofChecks(turn.team, checkIds);
      const { checks } = await evidence.of(turn.team, checkIds);
      const after = await evaluation.match(turn, checks, before);
      const touched = new Set([...before, ...after].flatMap(({ controlIds }) => controlIds));
      const computed = await evaluation.evaluate(turn, [...touched], basis.accounts);
      return { ...computed, checks: checkIds.length };
    });
  }

  #some(turn: Turn, basis: Basis, controlIds: readonly string[]): Promise<EngineRun> {
    const { evaluation } = this.deps;
    return this.#timed(turn, 'incremental', basis, async () => ({
      ...(await evaluation.evaluate(turn, controlIds, basis.accounts)),
      checks: 0,
    }));
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

  /** Null for the first time, under new rules, after a run that failed, and when accounts have come. */
  async #remembered(team: TeamScope): Promise<Basis | null> {
    const { runs, evidence } = this.deps;
    const memory = await runs.get(team);
    if (!memory || memory.ruleVersion !== (await this.deps.evaluation.ruleVersion(team)))
      return null;
    const accounts = await evidence.accounts(team);
    const isSame = accounts.map(accountOf).join('\n') === memory.accounts.join('\n');
    return isSame ? { ...memory, accounts } : null;
  }

  async #timed(
    { team, lease }: Turn,
    mode: EngineRun['mode'],
    { fullAt, expiredUntil, accounts: inScope }: Basis,
    work: () => Promise<Evaluated & Pick<EngineRun, 'checks'>>,
  ): Promise<EngineRun> {
    const { clock, metrics, runs, events, evaluation } = this.deps;
    const startedAt = clock.now().toISOString();
    const startedMs = performance.now();
    const { changes, ...done } = await work();
    const durationMs = Math.round((performance.now() - startedMs) * 10) / 10;
    const lastRun: EngineRun = { mode, startedAt, durationMs, ...done };
    const ruleVersion = await evaluation.ruleVersion(team);
    const accounts = inScope.map(accountOf);
    lease.check();
    const before = (await runs.get(team))?.ruleVersion ?? '';
    await runs.put(team, { lastRun, ruleVersion, accounts, fullAt, expiredUntil });
    metrics.engineRan(mode, durationMs / 1000);
    const definitionChanged = before !== '' && before !== ruleVersion;
    const { teamId } = team;
    await events.emit(engineRan, { teamId, run: lastRun, changes, definitionChanged, ruleVersion });
    return lastRun;
  }

  #alone<T>(team: TeamScope, work: (turn: Turn) => Promise<T>): Promise<T> {
    const { leases } = this.deps;
    return leases.hold(`compliance/engine/${team.teamId}`, (lease) => work({ team, lease }));
  }
}

/** What a run begins with. */
interface Basis extends Pick<EngineMemory, 'fullAt' | 'expiredUntil'> {
  /** Those of the beginning: one that comes meanwhile must still be new to the next run. */
  accounts: Awaited<ReturnType<EvidenceService['accounts']>>;
}
