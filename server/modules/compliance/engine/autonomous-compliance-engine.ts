import type { EngineRun } from '../../../../contract/compliance.js';
import type { Audit } from '../../../platform/audit/audit.js';
import type { Actor } from '../../../platform/auth/actor.js';
import type { Clock } from '../../../platform/clock.js';
import type { TeamScope } from '../../../platform/database/collection.js';
import type { Events } from '../../../platform/events/events.js';
import type { Metrics } from '../../../platform/metrics/metrics.js';
import type { CheckEvidence, EvidenceService } from '../../security-scans/index.js';
import type { Catalogue } from '../common-controls/catalogue.js';
import { controlChanged } from '../compliance.events.js';
import type { DecisionsRepository } from '../decisions/decisions.repository.js';
import type { ControlMatcher } from '../matching/control-matcher.js';
import {
  type CheckMatches,
  type CheckMatchesRepository,
  matchesId,
} from './check-matches.repository.js';
import {
  inputsByControl,
  providersByCheck,
  providersOf,
  strongest,
} from './control-inputs.rules.js';
import {
  type ControlStatesRepository,
  stateId,
  type TeamControlState,
} from './control-states.repository.js';
import { type ControlVerdict, statusOf } from './control-status.rules.js';
import type { EngineMemory, EngineRunsRepository } from './engine-runs.repository.js';
import { DEFAULT_STATUS_SETTINGS } from './evidence.rules.js';
import { accountOf, checkKey, talliesByCheck } from './tallies.rules.js';

/** Goes up when rules or matching change what comes out of the same inputs. */
const RULES = 1;
const DAY_MS = 86_400_000;

export interface EngineDeps {
  catalogue: Catalogue;
  matcher: ControlMatcher;
  evidence: EvidenceService;
  states: ControlStatesRepository;
  matches: CheckMatchesRepository;
  runs: EngineRunsRepository;
  decisions: DecisionsRepository;
  audit: Audit;
  events: Events;
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
    const { evidence, catalogue, matches, clock } = this.deps;
    if (recount) await evidence.recount(team);
    const now = clock.now().toISOString();
    const accounts = await evidence.accounts(team);
    return this.#timed(team, 'full', { fullAt: now, expiredUntil: now, accounts }, async () => {
      const known = await evidence.of(team);
      const matched = await this.#match(team, known.checks, await matches.list(team));
      return {
        ...(await this.#compute(team, [...catalogue.controls.keys()], accounts, {
          ...known,
          matched,
        })),
        checks: known.checks.length,
      };
    });
  }

  #incremental(team: TeamScope, basis: Basis, checkIds: readonly string[]): Promise<EngineRun> {
    const { evidence, matches } = this.deps;
    return this.#timed(team, 'incremental', basis, async () => {
      const before = await matches.ofChecks(team, checkIds);
      const { checks } = await evidence.of(team, checkIds);
      const after = await this.#match(team, checks, before);
      const touched = new Set([...before, ...after].flatMap(({ controlIds }) => controlIds));
      const computed = await this.#compute(team, [...touched], basis.accounts);
      return { ...computed, checks: checkIds.length };
    });
  }

  #some(team: TeamScope, basis: Basis, controlIds: readonly string[]): Promise<EngineRun> {
    return this.#timed(team, 'incremental', basis, async () => ({
      ...(await this.#compute(team, controlIds, basis.accounts)),
      checks: 0,
    }));
  }

  /** Matches checks to controls and remembers it, writing only what has changed. */
  async #match(
    team: TeamScope,
    checks: CheckEvidence['checks'],
    before: readonly CheckMatches[],
  ): Promise<CheckMatches[]> {
    const { matcher, matches } = this.deps;
    const known = new Map(before.map((item) => [item.id, item]));
    const matched = [...providersOf(checks).values()].map((described): CheckMatches => {
      const [{ tool, check }] = described;
      const found = strongest(
        described.flatMap(({ provider, check: own }) => matcher.match({ ...own, tool, provider })),
      );
      return {
        id: matchesId(team, tool, check.id),
        teamId: team.teamId,
        tool,
        checkId: check.id,
        controlIds: found.map(({ controlId }) => controlId),
        matches: found,
      };
    });
    const changed = matched.filter(
      (item) => JSON.stringify(known.get(item.id)?.matches) !== JSON.stringify(item.matches),
    );
    if (changed.length > 0) await matches.put(team, changed);
    return matched;
  }

  async #compute(
    team: TeamScope,
    controlIds: readonly string[],
    accounts: Basis['accounts'],
    known?: CheckEvidence & { matched: CheckMatches[] },
  ): Promise<{ controlsChanged: number; requirementsChanged: number }> {
    const { evidence, matches, states, decisions, catalogue, clock, events } = this.deps;
    if (controlIds.length === 0) return { controlsChanged: 0, requirementsChanged: 0 };
    const matched = known?.matched ?? (await matches.ofControls(team, controlIds));
    const { checks, scopes } =
      known ?? (await evidence.of(team, [...new Set(matched.map(({ checkId }) => checkId))]));
    const [before, decided] = await Promise.all([
      states.byControl(team, controlIds),
      decisions.byControl(team, controlIds),
    ]);
    const titles = new Map(
      checks.map(({ tool, check }) => [checkKey({ tool, checkId: check.id }), check.title]),
    );
    const tallies = talliesByCheck(
      scopes,
      (tool, checkId) => titles.get(checkKey({ tool, checkId })) || checkId,
    );
    const providers = providersByCheck(scopes);
    const inputs = inputsByControl(matched, tallies);
    const now = clock.now().toISOString();
    const changed: TeamControlState[] = [];
    const moved = new Set<string>();
    for (const controlId of controlIds) {
      if (!catalogue.controls.has(controlId)) continue;
      const own = inputs.get(controlId) ?? [];
      const relevant = new Set(
        own.flatMap(({ tally }) => [...(providers.get(checkKey(tally)) ?? [])]),
      );
      const verdict = statusOf({
        tallies: own,
        scope: accounts.filter(({ provider }) => relevant.has(provider)).map(accountOf),
        decision: decided.get(controlId) ?? null,
        now,
        settings: DEFAULT_STATUS_SETTINGS,
      });
      const state = this.#stateFrom(team, controlId, verdict, before.get(controlId) ?? null, now);
      if (!state) continue;
      changed.push(state);
      if (before.get(controlId)?.status !== state.status) moved.add(controlId);
    }
    if (changed.length > 0) await states.put(team, changed);
    for (const state of changed) {
      if (!moved.has(state.controlId)) continue;
      await events.emit(controlChanged, {
        teamId: team.teamId,
        controlId: state.controlId,
        from: before.get(state.controlId)?.status ?? null,
        to: state.status,
      });
    }
    const requirements = [...moved].flatMap((id) =>
      catalogue
        .requirementsOf(id)
        .map(({ framework, requirement }) => `${framework.id}/${requirement.id}`),
    );
    return { controlsChanged: moved.size, requirementsChanged: new Set(requirements).size };
  }

  /** Null when what is stored says the same. */
  #stateFrom(
    team: TeamScope,
    controlId: string,
    verdict: ControlVerdict,
    before: TeamControlState | null,
    now: string,
  ): TeamControlState | null {
    const told = toldBy(verdict);
    const isSame =
      before?.ruleVersion === this.#ruleVersion &&
      JSON.stringify(told) === JSON.stringify(toldBy(before));
    if (isSame) return null;
    return {
      ...told,
      id: stateId(team, controlId),
      teamId: team.teamId,
      controlId,
      since: before?.status === verdict.status ? before.since : now,
      evaluatedAt: now,
      ruleVersion: this.#ruleVersion,
    };
  }

  get #ruleVersion(): string {
    return `${RULES}:${this.deps.catalogue.version.slice(0, 16)}`;
  }

  /**
   * What is remembered of a team; null when all must be computed: for the first time, under new rules, when
   * accounts have come, and once a day, as evidence ages and answers run out without anybody saying so.
   */
  async #upToDate(team: TeamScope): Promise<Basis | null> {
    const { runs, clock, evidence } = this.deps;
    const memory = await runs.get(team);
    if (!memory || memory.ruleVersion !== this.#ruleVersion) return null;
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
    const ruleVersion = this.#ruleVersion;
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

/** What a state says of its control, without when. */
function toldBy(state: Omit<ControlVerdict, 'evidenceStatus'>) {
  const { status, assurance, reason, openFindings, contradicted, explanation } = state;
  return { status, assurance, reason, openFindings, contradicted, explanation };
}
