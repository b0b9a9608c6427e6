import type { TeamScope } from '../../../platform/database/collection.js';
import type { Catalogue, TeamCatalogues } from '../../catalogue/index.js';
import type { PlaceInScope } from '../../security-scans/index.js';
import type { DecisionsRepository } from '../decisions/decisions.repository.js';
import { readScoping } from '../scoping/read-scoping.js';
import type { ScopingRepository } from '../scoping/scoping.repository.js';
import type { EngineScope, TeamScoping } from '../scoping/scoping.rules.js';
import type { ControlStatesRepository } from '../states/control-states.repository.js';
import type { TeamControlState } from '../states/team-control-state.js';
import type { EngineMemory, EngineRunsRepository } from './engine-runs.repository.js';

export interface EngineStatesDeps {
  catalogues: TeamCatalogues;
  scoping: ScopingRepository;
  states: ControlStatesRepository;
  decisions: DecisionsRepository;
  runs: EngineRunsRepository;
}

/** The state that the engine stores for a team: control states and the memory of its last run, with their inputs. */
export class EngineStates {
  constructor(private readonly deps: EngineStatesDeps) {}

  catalogue(team: TeamScope): Promise<Catalogue> {
    return this.deps.catalogues.of(team);
  }

  scoping(team: TeamScope, accounts: readonly PlaceInScope[]): Promise<TeamScoping> {
    return readScoping(this.deps.scoping, team, accounts);
  }

  memory(team: TeamScope): Promise<EngineMemory | null> {
    return this.deps.runs.get(team);
  }

  remember(team: TeamScope, memory: Omit<EngineMemory, 'id' | 'teamId' | 'keeps'>) {
    return this.deps.runs.put(team, memory);
  }

  /** Stored states are not reliable: the next run computes everything. */
  distrust(team: TeamScope): Promise<void> {
    return this.deps.runs.distrust(team);
  }

  expect(team: TeamScope): Promise<void> {
    return this.deps.runs.expect(team);
  }

  /** Stores when the engine has to look at the team again by what time alone changes. */
  async plan(team: TeamScope, nextFullAfterMs: number, ends: string | null, build: string) {
    const { runs, decisions } = this.deps;
    const memory = await runs.get(team);
    if (!memory || memory.distrusted) return;
    const full = new Date(Date.parse(memory.fullAt) + nextFullAfterMs).toISOString();
    const expiry = await decisions.nextExpiry(team, memory.expiredUntil);
    const dueAt = [full, ends ?? full, expiry ?? full].sort()[0] ?? full;
    if (memory.dueAt !== dueAt || memory.build !== build) await runs.plan(memory, dueAt, build);
  }

  get shippedVersion(): string {
    return this.deps.catalogues.shippedVersion;
  }

  expiredBetween(team: TeamScope, from: string, to: string) {
    return this.deps.decisions.expiredBetween(team, from, to);
  }

  decided(team: TeamScope, controlIds: readonly string[]) {
    return this.deps.decisions.byControl(team, controlIds);
  }

  /** The stored states of these controls, scope by scope. */
  stored(team: TeamScope, controlIds: readonly string[], scopes: readonly EngineScope[]) {
    return Promise.all(
      scopes.map(async (scope) => {
        return { scope, before: await this.deps.states.byControl(team, controlIds, scope.id) };
      }),
    );
  }

  put(team: TeamScope, states: readonly TeamControlState[], scopeId: string) {
    return this.deps.states.put(team, states, scopeId);
  }

  /** Every state of these scopes. */
  async all(team: TeamScope, scopes: readonly EngineScope[]): Promise<TeamControlState[]> {
    const found = await Promise.all(scopes.map(({ id }) => this.deps.states.list(team, id)));
    return found.flat();
  }

  /** Removes the states of other scopes; returns how many there were. */
  removeOtherScopes(team: TeamScope, scopeIds: readonly string[]): Promise<number> {
    return this.deps.states.removeOtherScopes(team, scopeIds);
  }
}
