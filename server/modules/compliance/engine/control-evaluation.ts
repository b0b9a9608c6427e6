import type { Clock } from '../../../platform/clock.js';
import type { TeamScope } from '../../../platform/database/collection.js';
import { Turns } from '../../../platform/turns.js';
import type { Catalogue } from '../../catalogue/index.js';
import type { CheckMatches } from '../../mapping/index.js';
import type { ControlChange, ScopedControlChange } from '../compliance.events.js';
import type { StoredDecision } from '../decisions/stored-decision.js';
import type { EngineScope, TeamScoping } from '../scoping/scoping.rules.js';
import type { TeamControlState } from '../states/team-control-state.js';
import type { RunReason } from './change-cause.rules.js';
import type { CheckTallies } from './check-tallies.js';
import type { EngineEvidence } from './engine-evidence.js';
import type { EngineHistory } from './engine-history.js';
import type { EngineLock } from './engine-lock.js';
import type { EngineStates } from './engine-states.js';
import { readInputs } from './evaluation-inputs.js';
import { judge } from './judgement.rules.js';
import { watchersOf } from './proof-watchers.rules.js';
import type { SeenChange } from './seen-changes.rules.js';

/** Raised when rules or matching change the result of the same inputs. */
const RULES = 5;

export interface EvaluationDeps {
  evidence: EngineEvidence;
  states: EngineStates;
  history: EngineHistory;
  clock: Clock;
}

/** Evaluates controls by the evidence for them. */
export class ControlEvaluation {
  constructor(private readonly deps: EvaluationDeps) {}

  /** Identifies the rules, the library and the mapping by which states are computed. */
  async ruleVersion(team: TeamScope): Promise<string> {
    return this.#versionWith(await this.deps.states.catalogue(team));
  }

  /** Identifies the same for what this build brings, without what teams add. */
  get build(): string {
    return this.#versionOf(this.deps.states.shippedVersion);
  }

  #versionWith({ version }: Catalogue): string {
    return this.#versionOf(version);
  }

  #versionOf(library: string): string {
    const mapping = this.deps.evidence.matchingVersion;
    return [RULES, library.slice(0, 16), mapping.slice(0, 16)].join(':');
  }

  /** The controls whose proof depends on what these checks show to exist. */
  async watching(team: TeamScope, changes: readonly SeenChange[]): Promise<string[]> {
    return changes.length === 0 ? [] : watchersOf(await this.deps.states.catalogue(team), changes);
  }

  /** Reads the inputs of an evaluation of these controls, except tallies. `matched`: the matches of every check, if known. */
  async loadInputs(
    team: TeamScope,
    controlIds: readonly string[],
    { scopes: scoped }: TeamScoping,
    matched?: readonly CheckMatches[],
  ): Promise<EvaluationInputs> {
    const { evidence, states } = this.deps;
    const catalogue = await states.catalogue(team);
    const ids = controlIds.filter((id) => catalogue.controls.has(id));
    const [found, decided, scopes] = await Promise.all([
      matched ?? (ids.length > 0 ? evidence.matchesOf(team, ids) : []),
      states.decided(team, ids),
      states.stored(team, ids, scoped),
    ]);
    return { catalogue, ids, matched: found, decided, scopes };
  }

  /**
   * Evaluates controls in every scope, and stores the changes. History is written first, so that
   * a crash loses nothing of it. `tallied`: tallies that need not be read, each check's by all tools.
   */
  async evaluate(
    { team, lease }: EngineLock,
    loaded: EvaluationInputs,
    { scoping, reason }: EvaluationContext,
    tallied: readonly CheckTallies[] = [],
  ): Promise<Evaluated> {
    const { evidence, states, history, clock } = this.deps;
    const { catalogue, ids, decided, scopes } = loaded;
    if (ids.length === 0) return NOTHING_CHANGED;
    const context = {
      team,
      reason,
      ruleVersion: this.#versionWith(catalogue),
      now: clock.now().toISOString(),
    };
    const { matched } = loaded;
    const given = { catalogue, controlIds: ids, matched, tallied, scoping, now: context.now };
    const inputs = await readInputs(evidence, team, given);
    const turns = new Turns();
    const ofScopes: { scopeId: string; found: ReturnType<typeof judge> }[] = [];
    for (const { scope, before } of scopes) {
      const found: ReturnType<typeof judge> = [];
      for (const controlId of ids) {
        const own = inputs.of(controlId, scope);
        const decision = decided.get(controlId) ?? null;
        const evidence = { ...own, decision, now: context.now, settings: scoping.settings };
        const about = { controlId, scopeId: scope.id };
        found.push(...judge(context, about, evidence, before.get(controlId) ?? null));
        await turns.next();
      }
      ofScopes.push({ scopeId: scope.id, found });
    }
    const all = ofScopes.flatMap(({ found }) => found);
    const past = all.flatMap(({ interval }) => (interval ? [interval] : []));
    lease.check();
    if (past.length > 0) await history.addStates(team, past);
    for (const { scopeId, found } of ofScopes) {
      lease.check();
      const changed = found.map(({ state }) => state);
      if (changed.length > 0) await states.put(team, changed, scopeId);
    }
    const teamWide = all.filter(({ state }) => !state.scopeId);
    const changedStatus = teamWide.filter(({ change: { from, to } }) => from?.status !== to.status);
    const requirements = changedStatus.flatMap(({ change }) =>
      catalogue
        .requirementsOf(change.controlId)
        .map(({ framework, requirement }) => `${framework.id}/${requirement.id}`),
    );
    return {
      controlsChanged: changedStatus.length,
      requirementsChanged: new Set(requirements).size,
      changes: teamWide.map(({ change }) => change),
      scopedChanges: all.flatMap(({ state: { scopeId }, change }) =>
        scopeId ? [{ ...change, scopeId }] : [],
      ),
    };
  }
}

/** The stored inputs of an evaluation. */
interface EvaluationInputs {
  catalogue: Catalogue;
  /** The given controls that are in the library. */
  ids: readonly string[];
  matched: readonly CheckMatches[];
  decided: ReadonlyMap<string, StoredDecision>;
  scopes: readonly { scope: EngineScope; before: ReadonlyMap<string, TeamControlState> }[];
}

/** What controls are evaluated with, and the reason of the run. */
interface EvaluationContext {
  scoping: TeamScoping;
  reason: RunReason;
}

export interface Evaluated {
  controlsChanged: number;
  requirementsChanged: number;
  /** Every changed state of all accounts, including changes of the explanation only. */
  changes: ControlChange[];
  scopedChanges: ScopedControlChange[];
}

const NOTHING_CHANGED: Evaluated = {
  controlsChanged: 0,
  requirementsChanged: 0,
  changes: [],
  scopedChanges: [],
};
