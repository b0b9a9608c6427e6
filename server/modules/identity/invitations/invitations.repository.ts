import type { AuditReach } from '../../../../contract/audit-reach.js';
import type { Role } from '../../../../contract/roles.js';
import type { CollectionSpec, TeamDoc, TeamScope } from '../../../platform/database/collection.js';
import { TeamRepository } from '../../../platform/database/repository.js';

/** An open invitation. The token of its link is stored nowhere. */
export interface StoredInvitation extends TeamDoc {
  tokenHash: string;
  email: string;
  role: Role;
  until: string | null;
  reach?: AuditReach | null;
  createdAt: string;
  createdBy: string;
  expiresAt: string;
}

const invitations: CollectionSpec<StoredInvitation> = {
  name: 'invitations',
  scope: 'team',
  fields: { tokenHash: 'string', email: 'string', createdAt: 'string', createdBy: 'string' },
  unique: [['email']],
  indexes: [['createdBy', 'createdAt']],
  acrossTeams: [['tokenHash']],
};

export class InvitationsRepository extends TeamRepository<StoredInvitation> {
  static readonly database = 'platform';
  static readonly specs = [invitations];
  protected readonly spec = invitations;

  async list(scope: TeamScope): Promise<StoredInvitation[]> {
    return (await this.of(scope).find({}, { sort: ['createdAt'], limit: 1_000 })).items;
  }

  /** A link names no team: its invitation does. */
  async byHash(tokenHash: string): Promise<StoredInvitation | null> {
    return (await this.acrossTeams().find({ tokenHash }, { limit: 1 })).items[0] ?? null;
  }

  countSince(scope: TeamScope, createdAt: string): Promise<number> {
    return this.of(scope).count({ createdAt: { gte: createdAt } });
  }

  async removeFor(scope: TeamScope, email: string): Promise<void> {
    await this.of(scope).removeMany({ email });
  }

  add(invitation: StoredInvitation): Promise<void> {
    return this.of(invitation).insert(invitation);
  }

  remove(scope: TeamScope, id: string): Promise<boolean> {
    return this.of(scope).remove(id);
  }
}
