import type {
  Assurance,
  ControlExplanation,
  ControlStatus,
} from '../../../../contract/compliance.js';
import type { CollectionSpec, TeamDoc, TeamScope } from '../../../platform/database/collection.js';
import { TeamRepository } from '../../../platform/database/repository.js';

/** The status of a control in a team, and why: the engine's result, kept until its inputs change. */
export interface TeamControlState extends TeamDoc {
  controlId: string;
  /** Empty: judged by all accounts; else by those of a framework's scope. */
  scopeId?: string;
  status: ControlStatus;
  assurance: Assurance;
  reason: string;
  openFindings: number;
  contradicted: boolean;
  explanation: ControlExplanation;
  /** When the status last changed. */
  since: string;
  evaluatedAt: string;
  /** Version of the rules and of the library that decided. */
  ruleVersion: string;
  /** Hash of what is kept of it in the history. */
  standingHash?: string;
  /** Hash of the evidence and the accounts it was judged by: unlike, they are the cause of a change. */
  inputsHash?: string;
  /** The decision that was valid then; null for none. */
  decisionKey?: string | null;
}

const states: CollectionSpec<TeamControlState> = {
  name: 'team_control_state',
  scope: 'team',
  fields: { controlId: 'string', status: 'string' },
  unique: [['controlId']],
};

const scoped: CollectionSpec<TeamControlState> = {
  name: 'scoped_control_state',
  scope: 'team',
  fields: { controlId: 'string', scopeId: 'string', status: 'string' },
  unique: [['scopeId', 'controlId']],
};

/** Those of all accounts and, apart from them, those of each scope. Without a scope all accounts are meant. */
export class ControlStatesRepository extends TeamRepository<TeamControlState> {
  static readonly database = 'assessments';
  static readonly specs = [states, scoped];
  protected readonly spec = states;

  async list(scope: TeamScope, scopeId = ''): Promise<TeamControlState[]> {
    const filter = scopeId ? { scopeId } : {};
    const page = await this.of(scope, specOf(scopeId)).find(filter, { limit: 10_000 });
    return page.items;
  }

  /** Scope → control → status, of all scopes. */
  async statuses(scope: TeamScope): Promise<Map<string, Map<string, ControlStatus>>> {
    const [whole, rest] = await Promise.all([
      this.of(scope).groupCount({}, ['controlId', 'status']),
      this.of(scope, scoped).groupCount({}, ['controlId', 'status', 'scopeId']),
    ]);
    const found = new Map<string, Map<string, ControlStatus>>([['', new Map()]]);
    for (const { key } of [...whole, ...rest]) {
      const [controlId, status, scopeId = ''] = key;
      const ofScope = found.get(String(scopeId)) ?? new Map<string, ControlStatus>();
      found.set(String(scopeId), ofScope.set(String(controlId), status as ControlStatus));
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

  /** Forgets those of scopes that are no more. */
  async keepScopes(scope: TeamScope, scopeIds: readonly string[]): Promise<number> {
    const filter = scopeIds.length > 0 ? { scopeId: { nin: scopeIds } } : {};
    return this.of(scope, scoped).removeMany(filter);
  }
}

function specOf(scopeId: string): CollectionSpec<TeamControlState> {
  return scopeId === '' ? states : scoped;
}

export function stateId({ teamId }: TeamScope, controlId: string, scopeId = ''): string {
  return scopeId === '' ? `${teamId}:${controlId}` : `${teamId}:${scopeId}:${controlId}`;
}
