import type { Clock } from '../../../platform/clock.js';
import type { TeamScope } from '../../../platform/database/collection.js';
import type { Lease } from '../../../platform/leases/held-lease.js';
import type { Catalogue, TeamCatalogues } from '../../catalogue/index.js';
import type {
  CheckMatches,
  CheckMatchesRepository,
  CheckMatchingService,
} from '../../mapping/index.js';
import type { ControlChange, ScopedControlChange } from '../compliance.events.js';
import type { DecisionsRepository, StoredDecision } from '../decisions/decisions.repository.js';
import type { StateHistoryRepository } from '../history/state-history.repository.js';
import { type EngineScope, type TeamScoping, WHOLE } from '../scoping/scoping.rules.js';
import type {
  ControlStatesRepository,
  TeamControlState,
} from '../states/control-states.repository.js';
import type { RunReason } from './change-cause.rules.js';
import type { CheckTallies, CheckTalliesRepository } from './check-tallies.repository.js';
import { inputsByControl } from './control-inputs.rules.js';
import { decides } from './evidence.rules.js';
import { judge } from './judgement.rules.js';

/** Goes up when rules or matching change what comes out of the same inputs. */
const RULES = 4;

export interface EvaluationDeps {
  catalogues: TeamCatalogues;
  matching: Pick<CheckMatchingService, 'version'>;
  states: ControlStatesRepository;
  matches: Pick<CheckMatchesRepository, 'ofControls'>;
  tallies: CheckTalliesRepository;
  stateHistory: StateHistoryRepository;
  decisions: DecisionsRepository;
  clock: Clock;
}

/** A run's turn: while it lasts no other process computes for the team. */
export interface Turn {
  team: TeamScope;
  lease: Pick<Lease, 'check'>;
}

/** How controls come to their states: checks are matched to controls, and controls judged by their evidence. */
export class ControlEvaluation {
  constructor(private readonly deps: EvaluationDeps) {}

  /** Names the rules, the library and the mapping by which states are made. */
  async ruleVersion(team: TeamScope): Promise<string> {
    return this.#versionWith(await this.deps.catalogues.of(team));
  }

  #versionWith(catalogue: Catalogue): string {
    const { matching } = this.deps;
    return [RULES, catalogue.version.slice(0, 16), matching.version.slice(0, 16)].join(':');
  }

  /** Reads what judging these controls takes, but for the tallies. `matched`: of every check, where it is known. */
  async about(
    team: TeamScope,
    controlIds: readonly string[],
    { scopes: scoped }: TeamScoping,
    matched?: readonly CheckMatches[],
  ): Promise<AboutControls> {
    const { states, decisions, catalogues, matches } = this.deps;
    const catalogue = await catalogues.of(team);
    const ids = controlIds.filter((id) => catalogue.controls.has(id));
    const stored = scoped.map(async (scope) => {
      return { scope, before: await states.byControl(team, ids, scope.id) };
    });
    const [found, decided, scopes] = await Promise.all([
      matched ?? (ids.length > 0 ? matches.ofControls(team, ids) : []),
      decisions.byControl(team, ids),
      Promise.all(stored),
    ]);
    return { catalogue, ids, matched: found, decided, scopes };
  }

  /**
   * Judges controls by all evidence for them, in every scope, and stores what has changed:
   * what goes into the history first, so that nothing that was is lost by a crash. `tallied`: what need
   * not be read of the tallies, each check's by all tools.
   */
  async evaluate(
    { team, lease }: Turn,
    about: AboutControls,
    { scoping, reason }: Judging,
    tallied: readonly CheckTallies[] = [],
  ): Promise<Evaluated> {
    const { states, stateHistory, clock } = this.deps;
    const { catalogue, ids, decided, scopes } = about;
    if (ids.length === 0) return NOTHING_CHANGED;
    const inputs = await this.#inputs(team, about, tallied);
    const made = {
      team,
      reason,
      ruleVersion: this.#versionWith(catalogue),
      now: clock.now().toISOString(),
    };
    const ofScopes = scopes.map(({ scope, before }) => {
      const found = ids.flatMap((controlId) => {
        const own = inputs.of(controlId, scope);
        const decision = decided.get(controlId) ?? null;
        const given = { ...own, decision, now: made.now, settings: scoping.settings };
        return judge(made, { controlId, scopeId: scope.id }, given, before.get(controlId) ?? null);
      });
      return { scopeId: scope.id, found };
    });
    const all = ofScopes.flatMap(({ found }) => found);
    const past = all.flatMap(({ interval }) => (interval ? [interval] : []));
    lease.check();
    if (past.length > 0) await stateHistory.append(team, past);
    for (const { scopeId, found } of ofScopes) {
      lease.check();
      const changed = found.map(({ state }) => state);
      if (changed.length > 0) await states.put(team, changed, scopeId);
    }
    const whole = all.filter(({ state }) => !state.scopeId);
    const moved = whole.filter(({ change: { from, to } }) => from?.status !== to.status);
    const requirements = moved.flatMap(({ change }) =>
      catalogue
        .requirementsOf(change.controlId)
        .map(({ framework, requirement }) => `${framework.id}/${requirement.id}`),
    );
    return {
      controlsChanged: moved.length,
      requirementsChanged: new Set(requirements).size,
      changes: whole.map(({ change }) => change),
      scopedChanges: all.flatMap(({ state: { scopeId }, change }) =>
        scopeId ? [{ ...change, scopeId }] : [],
      ),
    };
  }

  /** The results that count for each control, as far as a scope holds their accounts. */
  async #inputs(team: TeamScope, { matched }: AboutControls, given: readonly CheckTallies[]) {
    const isGiven = new Set(given.map(({ checkId }) => checkId));
    const others = matched.map(({ checkId }) => checkId).filter((id) => !isGiven.has(id));
    const tallied = [...given, ...(await this.deps.tallies.ofChecks(team, others))];
    const byControl = inputsByControl(matched, tallied);
    const relevant = new Map<string, Set<string>>();
    const providersFor = (controlId: string) => {
      const before = relevant.get(controlId);
      if (before) return before;
      // Of all accounts: one in scope is to be evaluated also when only others have been.
      const counting = (byControl.get(controlId) ?? []).filter(decides);
      const found = new Set(counting.map(({ provider }) => provider));
      relevant.set(controlId, found);
      return found;
    };
    return {
      of: (controlId: string, { id, accounts, holds }: EngineScope) => {
        const own = byControl.get(controlId) ?? [];
        const wanted = providersFor(controlId);
        return {
          tallies: id === WHOLE ? own : own.filter(({ tally }) => holds(tally.accountId)),
          scope: accounts
            .filter(({ provider }) => wanted.has(provider))
            .map(({ account }) => account),
        };
      },
    };
  }
}

/** What is stored of controls and of what is said about them. */
interface AboutControls {
  catalogue: Catalogue;
  /** Those of them that the library has. */
  ids: readonly string[];
  matched: readonly CheckMatches[];
  decided: ReadonlyMap<string, StoredDecision>;
  scopes: readonly { scope: EngineScope; before: ReadonlyMap<string, TeamControlState> }[];
}

/** By what controls are judged, and why now. */
export interface Judging {
  scoping: TeamScoping;
  reason: RunReason;
}

export interface Evaluated {
  controlsChanged: number;
  requirementsChanged: number;
  /** Every state of all accounts that is another than before, also where only its explanation is. */
  changes: ControlChange[];
  scopedChanges: ScopedControlChange[];
}

const NOTHING_CHANGED: Evaluated = {
  controlsChanged: 0,
  requirementsChanged: 0,
  changes: [],
  scopedChanges: [],
};
