import type { DecisionLogEntry } from '../../../../contract/compliance.js';
import type { CollectionSpec, TeamDoc, TeamScope } from '../../../platform/database/collection.js';
import { TeamRepository } from '../../../platform/database/repository.js';
import type { StoredDecision } from './stored-decision.js';

type LoggedDecision = DecisionLogEntry & TeamDoc;

const log: CollectionSpec<LoggedDecision> = {
  name: 'control_decision_log',
  scope: 'team',
  fields: { controlId: 'string', at: 'string' },
  indexes: [['controlId', '-at']],
};

/** Everything that was decided about controls, and how it ended. Nothing is changed or removed. */
export class DecisionLogRepository extends TeamRepository<LoggedDecision> {
  static readonly database = 'assessments';
  static readonly specs = [log];
  protected readonly spec = log;

  add(scope: TeamScope, entry: DecisionLogEntry): Promise<void> {
    return this.of(scope).insert({ ...entry, teamId: scope.teamId });
  }

  /** Logs expired decisions, each dated by its end; writing twice has no effect. */
  async expired(scope: TeamScope, decisions: readonly StoredDecision[]): Promise<void> {
    const entries = decisions.map(
      ({ controlId, kind, status, justification, approver, expiresAt, at }): LoggedDecision => ({
        id: [scope.teamId, controlId, at, 'expired'].join(':'),
        teamId: scope.teamId,
        ...{ controlId, action: 'expired', kind, status, justification, expiresAt },
        approver: approver ?? null,
        actor: 'system',
        at: expiresAt ?? at,
      }),
    );
    if (entries.length > 0) await this.of(scope).putMany(entries);
  }

  list(scope: TeamScope, controlId: string, limit: number, after?: string) {
    return this.of(scope).find({ controlId }, { sort: ['-at'], limit, after });
  }
}
