import type { EngineRun } from '../../../../contract/compliance.js';
import type { Audit } from '../../../platform/audit/audit.js';
import type { Actor } from '../../../platform/auth/actor.js';
import type { Clock } from '../../../platform/clock.js';
import type { TeamScope } from '../../../platform/database/collection.js';
import type { Metrics } from '../../../platform/metrics/metrics.js';
import type { EvidenceService } from '../../security-scans/index.js';
import type { Catalogue } from '../common-controls/catalogue.js';
import type { DecisionsRepository } from '../decisions/decisions.repository.js';
import type { CheckMatchesRepository } from './check-matches.repository.js';
import type { ControlEvaluation } from './control-evaluation.js';
import type { EngineMemory, EngineRunsRepository } from './engine-runs.repository.js';
import { accountOf } from './tallies.rules.js';

const DAY_MS = 86_400_000;

export interface EngineDeps {
  catalogue: Catalogue;
  evaluation: ControlEvaluation;
  evidence: EvidenceService;
  matches: CheckMatchesRepository;
  runs: EngineRunsRepository;
  decisions: DecisionsRepository;
  audit: Audit;
  metrics: Metrics;
  clock: Clock;
}

/**
 * Keeps every team's control states up to date with the evidence. One run per team at a time; a run over
 * some checks recomputes the controls that these count for or counted for, and leaves the rest.
 */
export class AutonomousComplianceEngine {
  readonly #locks = new Map<string, Promise<unknown>>();

  constructor(private readonly deps: EngineDeps) {}

  /** Recomputes everything from the results themselves. */
  async sync(actor: Actor): Promise<EngineRun> {
    const run = await this.#alone(actor, () => this.#full(actor, { recount: true }));
    await this.deps.audit.record(actor, 'compliance.synced', actor.teamId, { ...run });
    return run;
  }

  /** Recomputes what these checks touch; everything when that is not enough, see `#upToDate`. */
  update(team: TeamScope, checkIds: readonly string[]): Promise<EngineRun> {
    return this.#alone(team, async () => {
      const memory = await this.#upToDate(team);
      return memory ? this.#incremental(team, memory, checkIds) : this.#full(team);
    });
  }

  /** Recomputes these controls: a person decided about them. */
  reconsider(team: TeamScope, controlIds: readonly string[]): Promise<EngineRun> {
    return this.#alone(team, async () => {
      const memory = await this.#upToDate(team);
      return memory ? this.#some(team, memory, controlIds) : this.#full(team);
    });
  }

  /** Brings a team up to date without any news: after a start, and as time passes. */
  async catchUp(team: TeamScope): Promise<void> {
    await this.#alone(team, async () => {
      const memory = await this.#upToDate(team);
      if (!memory) return this.#full(team);
      const now = this.deps.clock.now().toISOString();
      const expired = await this.deps.decisions.expiredBetween(team, memory.expiredUntil, now);
      if (expired.length === 0) return;
      return this.#some(team, { ...memory, expiredUntil: now }, expired);
    });
  }

  async #full(team: TeamScope, { recount = false } = {}): Promise<EngineRun> {
    const { evaluation, evidence, catalogue, matches, clock } = this.deps;
    if (recount) await evidence.recount(team);
    const now = clock.now().toISOString();
    const accounts = await evidence.accounts(team);
    return this.#timed(team, 'full', { fullAt: now, expiredUntil: now, accounts }, async () => {
      const known = await evidence.of(team);
      const matched = await evaluation.match(team, known.checks, await matches.list(team));
      return {
        ...(await evaluation.evaluate(team, [...catalogue.controls.keys()], accounts, {
          ...known,
          matched,
        })),
        checks: known.checks.length,
      };
    });
  }

  #incremental(team: TeamScope, basis: Basis, checkIds: readonly string[]): Promise<EngineRun> {
    const { evaluation, evidence, matches } = this.deps;
    return this.#timed(team, 'incremental', basis, async () => {
      const before = await matches.ofChecks(team, checkIds);
      const { checks } = await evidence.of(team, checkIds);
      const after = await evaluation.match(team, checks, before);
      const touched = new Set([...before, ...after].flatMap(({ controlIds }) => controlIds));
      const computed = await evaluation.evaluate(team, [...touched], basis.accounts);
      return { ...computed, checks: checkIds.length };
    });
  }

  #some(team: TeamScope, basis: Basis, controlIds: readonly string[]): Promise<EngineRun> {
    const { evaluation } = this.deps;
    return this.#timed(team, 'incremental', basis, async () => ({
      ...(await evaluation.evaluate(team, controlIds, basis.accounts)),
      checks: 0,
    }));
  }

  /**
   * What is remembered of a team; null when all must be computed: for the first time, under new rules, when
   * accounts have come, and once a day, as evidence ages and answers run out without anybody saying so.
   */
  async #upToDate(team: TeamScope): Promise<Basis | null> {
    const { runs, clock, evidence } = this.deps;
    const memory = await runs.get(team);
    if (!memory || memory.ruleVersion !== this.deps.evaluation.ruleVersion) return null;
    if (clock.now().getTime() - Date.parse(memory.fullAt) >= DAY_MS) return null;
    const accounts = await evidence.accounts(team);
    const isSame = accounts.map(accountOf).join('\n') === memory.accounts.join('\n');
    return isSame ? { ...memory, accounts } : null;
  }

  async #timed(
    team: TeamScope,
    mode: EngineRun['mode'],
    { fullAt, expiredUntil, accounts: inScope }: Basis,
    work: () => Promise<Pick<EngineRun, 'controlsChanged' | 'requirementsChanged' | 'checks'>>,
  ): Promise<EngineRun> {
    const { clock, metrics, runs } = this.deps;
    const startedAt = clock.now().toISOString();
    const startedMs = performance.now();
    const done = await work();
    const durationMs = Math.round((performance.now() - startedMs) * 10) / 10;
    const lastRun: EngineRun = { mode, startedAt, durationMs, ...done };
    const ruleVersion = this.deps.evaluation.ruleVersion;
    const accounts = inScope.map(accountOf);
    await runs.put(team, { lastRun, ruleVersion, accounts, fullAt, expiredUntil });
    metrics.engineRan(mode, durationMs / 1000);
    return lastRun;
  }

  #alone<T>({ teamId }: TeamScope, work: () => Promise<T>): Promise<T> {
    const turn = (this.#locks.get(teamId) ?? Promise.resolve()).catch(() => {}).then(work);
    this.#locks.set(teamId, turn);
    return turn;
  }
}

/** What a run begins with. */
interface Basis extends Pick<EngineMemory, 'fullAt' | 'expiredUntil'> {
  /** Those of the beginning: one that comes meanwhile must still be new to the next run. */
  accounts: Awaited<ReturnType<EvidenceService['accounts']>>;
}
