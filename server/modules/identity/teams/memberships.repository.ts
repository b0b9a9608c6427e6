import type { AuditReach } from '../../../../contract/audit-reach.js';
import type { Role } from '../../../../contract/roles.js';
import type { MembershipSource } from '../../../../contract/teams.js';
import type { CollectionSpec, Doc } from '../../../platform/database/collection.js';
import { GlobalRepository } from '../../../platform/database/repository.js';

/** A user’s role in a team. */
export interface Membership extends Doc {
  /** The team’s id. A membership belongs to its user as much as to the team, so it is no team document. */
  team: string;
  userId: string;
  role: Role;
  /** When it ends by itself; null: never. */
  until: string | null;
  /** Of an auditor; missing or null: all of the team. */
  reach?: AuditReach | null;
  createdAt: string;
  createdBy: string;
  /** Where it comes from; missing in memberships from before it was stored: manual. */
  source?: MembershipSource;
}

const memberships: CollectionSpec<Membership> = {
  name: 'memberships',
  scope: 'global',
  fields: { team: 'string', userId: 'string', role: 'string', until: 'string' },
  unique: [['team', 'userId']],
  indexes: [['userId']],
};

export class MembershipsRepository extends GlobalRepository<Membership> {
  static readonly database = 'platform';
  static readonly specs = [memberships];
  protected readonly spec = memberships;

  async ofUser(userId: string): Promise<Membership[]> {
    return (await this.all().find({ userId }, { limit: 1_000 })).items;
  }

  async ofUsers(userIds: readonly string[]): Promise<Membership[]> {
    return (await this.all().find({ userId: { in: userIds } }, { limit: 10_000 })).items;
  }

  async ofTeam(team: string): Promise<Membership[]> {
    return (await this.all().find({ team }, { limit: 10_000 })).items;
  }

  async find(team: string, userId: string): Promise<Membership | null> {
    return (await this.all().find({ team, userId }, { limit: 1 })).items[0] ?? null;
  }

  /** Throws ConflictError when the user is a member. */
  add(membership: Membership): Promise<void> {
    return this.all().insert(membership);
  }

  change(
    id: string,
    {
      role,
      until,
      reach = null,
      source = 'manual',
    }: Pick<Membership, 'role' | 'until' | 'reach' | 'source'>,
  ): Promise<Membership | null> {
    return this.all().update(id, { set: { role, until, reach, source } });
  }

  remove(id: string): Promise<boolean> {
    return this.all().remove(id);
  }

  removeOfUser(userId: string): Promise<number> {
    return this.all().removeMany({ userId });
  }

  removeOfTeam(team: string): Promise<number> {
    return this.all().removeMany({ team });
  }

  async countByTeam(): Promise<Map<string, number>> {
    const counts = await this.all().groupCount({}, ['team']);
    return new Map(counts.map(({ key, count }) => [String(key[0]), count]));
  }
}
