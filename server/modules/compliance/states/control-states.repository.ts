import type { ControlStatus } from '../../../../contract/compliance.js';
import type { CollectionSpec, TeamScope } from '../../../platform/database/collection.js';
import { TeamRepository } from '../../../platform/database/repository.js';
import { type ControlStanding, standingOf } from '../posture/control-standing.js';
import { stateId, type TeamControlState } from './team-control-state.js';

const states: CollectionSpec<TeamControlState> = {
  name: 'team_control_state',
  scope: 'team',
  fields: { controlId: 'string', status: 'string', standing: 'string' },
  unique: [['controlId']],
};

const scoped: CollectionSpec<TeamControlState> = {
  name: 'scoped_control_state',
  scope: 'team',
  fields: { controlId: 'string', scopeId: 'string', status: 'string', standing: 'string' },
  unique: [['scopeId', 'controlId']],
};

/** States over all accounts and, separately, of each scope. Without a scope id: over all accounts. */
export class ControlStatesRepository extends TeamRepository<TeamControlState> {
  static readonly database = 'assessments';
  static readonly specs = [states, scoped];
  protected readonly spec = states;

  async list(scope: TeamScope, scopeId = ''): Promise<TeamControlState[]> {
    const filter = scopeId ? { scopeId } : {};
    const page = await this.of(scope, specOf(scopeId)).find(filter, { limit: 10_000 });
    return page.items;
  }

  /** Scope → control → standing, of all scopes. `whole`: the states over all accounts, where they are known. */
  async standings(scope: TeamScope, whole?: readonly TeamControlState[]): Promise<Standings> {
    const fields = ['controlId', 'status', 'standing'];
    const [own, rest] = await Promise.all([
      whole ? [] : this.of(scope).groupCount({}, fields),
      this.of(scope, scoped).groupCount({}, [...fields, 'scopeId']),
    ]);
    const ofWhole = (whole ?? []).map(({ controlId, status, standing = '' }) => {
      return [controlId, standingOf(status, standing)] as const;
    });
    const found: Standings = new Map([['', new Map(ofWhole)]]);
    for (const { key } of [...own, ...rest]) {
      const [controlId, status, text, scopeId = ''] = key;
      const ofScope = found.get(String(scopeId)) ?? new Map<string, ControlStanding>();
      const standing = standingOf(status as ControlStatus, String(text ?? ''));
      found.set(String(scopeId), ofScope.set(String(controlId), standing));
    }
    return found;
  }

  get(scope: TeamScope, controlId: string, scopeId = ''): Promise<TeamControlState | null> {
    return this.of(scope, specOf(scopeId)).get(stateId(scope, controlId, scopeId));
  }

  async byControl(
    scope: TeamScope,
    ids: readonly string[],
    scopeId = '',
  ): Promise<Map<string, TeamControlState>> {
    const found = await this.of(scope, specOf(scopeId)).getMany(
      ids.map((id) => stateId(scope, id, scopeId)),
    );
    return new Map(found.map((state) => [state.controlId, state]));
  }

  put(scope: TeamScope, items: readonly TeamControlState[], scopeId = '') {
    return this.of(scope, specOf(scopeId)).putMany(items);
  }

  /** Removes the states of removed scopes. */
  async removeOtherScopes(scope: TeamScope, scopeIds: readonly string[]): Promise<number> {
    const filter = scopeIds.length > 0 ? { scopeId: { nin: scopeIds } } : {};
    return this.of(scope, scoped).removeMany(filter);
  }
}

type Standings = Map<string, Map<string, ControlStanding>>;

function specOf(scopeId: string): CollectionSpec<TeamControlState> {
  return scopeId === '' ? states : scoped;
}
