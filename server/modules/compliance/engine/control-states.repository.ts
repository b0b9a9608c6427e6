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
}

const states: CollectionSpec<TeamControlState> = {
  name: 'team_control_state',
  scope: 'team',
  fields: { controlId: 'string', status: 'string' },
  unique: [['controlId']],
};

export class ControlStatesRepository extends TeamRepository<TeamControlState> {
  static readonly database = 'assessments';
  static readonly specs = [states];
  protected readonly spec = states;

  async list(scope: TeamScope): Promise<TeamControlState[]> {
    const page = await this.of(scope).find({}, { limit: 10_000 });
    return page.items;
  }

  get(scope: TeamScope, controlId: string): Promise<TeamControlState | null> {
    return this.of(scope).get(stateId(scope, controlId));
  }

  async byControl(
    scope: TeamScope,
    ids: readonly string[],
  ): Promise<Map<string, TeamControlState>> {
    const found = await this.of(scope).getMany(ids.map((id) => stateId(scope, id)));
    return new Map(found.map((state) => [state.controlId, state]));
  }

  put(scope: TeamScope, items: readonly TeamControlState[]) {
    return this.of(scope).putMany(items);
  }
}

export function stateId({ teamId }: TeamScope, controlId: string): string {
  return `${teamId}:${controlId}`;
}
