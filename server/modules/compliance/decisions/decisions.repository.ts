import type { ControlDecision } from '../../../../contract/compliance.js';
import type { CollectionSpec, TeamScope } from '../../../platform/database/collection.js';
import { TeamRepository } from '../../../platform/database/repository.js';
import type { StoredDecision } from './stored-decision.js';

const decisions: CollectionSpec<StoredDecision> = {
  name: 'control_decisions',
  scope: 'team',
  fields: { controlId: 'string', expiresAt: 'string' },
  unique: [['controlId']],
  indexes: [['expiresAt']],
};

export class DecisionsRepository extends TeamRepository<StoredDecision> {
  static readonly database = 'assessments';
  static readonly specs = [decisions];
  protected readonly spec = decisions;

  async byControl(
    scope: TeamScope,
    controlIds?: readonly string[],
  ): Promise<Map<string, StoredDecision>> {
    const filter = controlIds ? { controlId: { in: controlIds } } : {};
    const page = await this.of(scope).find(filter, { limit: 10_000 });
    return new Map(page.items.map((decision) => [decision.controlId, decision]));
  }

  /** Decisions that expired after `from`, until `to`. */
  async expiredBetween(scope: TeamScope, from: string, to: string): Promise<StoredDecision[]> {
    const page = await this.of(scope).find({ expiresAt: { gt: from, lte: to } }, { limit: 10_000 });
    return page.items;
  }

  /** When the next decision expires; null: none does. */
  async nextExpiry(scope: TeamScope, after: string): Promise<string | null> {
    const next = { sort: ['expiresAt'], limit: 1 };
    const { items } = await this.of(scope).find({ expiresAt: { gt: after } }, next);
    return items[0]?.expiresAt ?? null;
  }

  put(
    scope: TeamScope,
    decision: ControlDecision & Pick<StoredDecision, 'replaced'>,
    controlId: string,
  ) {
    const { teamId } = scope;
    return this.of(scope).putMany([
      { ...decision, id: `${teamId}:${controlId}`, teamId, controlId },
    ]);
  }

  remove(scope: TeamScope, controlId: string): Promise<boolean> {
    return this.of(scope).remove(`${scope.teamId}:${controlId}`);
  }
}
