import type { CollectionSpec, TeamDoc, TeamScope } from '../../../platform/database/collection.js';
import { TeamRepository } from '../../../platform/database/repository.js';

/** A finding whose status is being changed while what depends on it may not have followed yet. The finding's id. */
interface PendingTriage extends TeamDoc {
  at: string;
}

const pendingTriages: CollectionSpec<PendingTriage> = {
  name: 'pending_triages',
  scope: 'team',
  fields: { at: 'string' },
  acrossTeams: [['at']],
};

export class PendingTriagesRepository extends TeamRepository<PendingTriage> {
  static readonly database = 'securityScans';
  static readonly specs = [pendingTriages];
  protected readonly spec = pendingTriages;

  add(scope: TeamScope, ids: readonly string[], at: string) {
    return this.of(scope).putMany(ids.map((id) => ({ id, teamId: scope.teamId, at })));
  }

  remove(scope: TeamScope, ids: readonly string[]) {
    return this.of(scope).removeMany({ id: { in: [...ids] } });
  }

  async ofTeamBefore(scope: TeamScope, at: string): Promise<string[]> {
    const oldest = { sort: ['at'], limit: 1_000 };
    const { items } = await this.of(scope).find({ at: { lt: at } }, oldest);
    return items.map(({ id }) => id);
  }

  /** The oldest of every team that began before this time: normally there are none. */
  async before(at: string): Promise<Map<string, string[]>> {
    const byTeam = new Map<string, string[]>();
    const { items } = await this.acrossTeams().find(
      { at: { lt: at } },
      { sort: ['at'], limit: 1_000 },
    );
    for (const { id, teamId } of items) byTeam.set(teamId, [...(byTeam.get(teamId) ?? []), id]);
    return byTeam;
  }
}
