import type { AuditReach } from '../../../../contract/audit-reach.js';
import type { Role } from '../../../../contract/roles.js';
import type { Member, MembershipSource, Team } from '../../../../contract/teams.js';
import type { Audit } from '../../../platform/audit/audit.js';
import type { Actor } from '../../../platform/auth/actor.js';
import type { Clock, NewId } from '../../../platform/clock.js';
import { ConflictError, NotFoundError } from '../../../platform/errors.js';
import type { TeamsRepository } from '../../../platform/teams/teams.repository.js';
import type { ApiKeysRepository } from '../api-keys/api-keys.repository.js';
import type { UsersRepository } from '../users/users.repository.js';
import { requireGrant } from './grant.rules.js';
import type { Membership, MembershipsRepository } from './memberships.repository.js';

export interface TeamsDeps {
  teams: TeamsRepository;
  memberships: MembershipsRepository;
  users: UsersRepository;
  keys: ApiKeysRepository;
  audit: Audit;
  created: { clock: Clock; newId: NewId };
}

export interface MemberChanges {
  role: Role;
  until: string | null;
  reach?: AuditReach | null;
}

/** Teams and their members. */
export class TeamsService {
  constructor(private readonly deps: TeamsDeps) {}

  async list(): Promise<(Team & { members: number; isDeleting: boolean })[]> {
    const counts = await this.deps.memberships.countByTeam();
    const teams = await this.deps.teams.list();
    return teams.map((team) => ({
      needsSecondFactor: false,
      ...team,
      members: counts.get(team.id) ?? 0,
      isDeleting: team.deletion !== undefined,
    }));
  }

  async create(actor: Actor, name: string): Promise<Team> {
    const { teams, audit, created } = this.deps;
    const createdAt = created.clock.now().toISOString();
    const team = { id: created.newId('team'), name, createdAt, needsSecondFactor: false };
    await teams.ensure(team);
    await this.add(actor, team.id, actor.userId, { role: 'ADMIN', until: null });
    await audit.record({ ...actor, teamId: team.id }, 'team.created', team.id, { name });
    return team;
  }

  async get({ teamId }: Actor): Promise<Team> {
    const team = await this.deps.teams.get(teamId);
    if (!team) throw new NotFoundError('no such team');
    return { needsSecondFactor: false, ...team };
  }

  async change(
    actor: Actor,
    changes: { name?: string; needsSecondFactor?: boolean },
  ): Promise<Team> {
    const { teams, audit } = this.deps;
    if (!(await teams.change(actor.teamId, changes))) throw new NotFoundError('no such team');
    await audit.record(actor, 'team.changed', actor.teamId, changes);
    return this.get(actor);
  }

  async members({ teamId }: Actor): Promise<Member[]> {
    const memberships = await this.deps.memberships.ofTeam(teamId);
    const users = await this.deps.users.getMany(memberships.map(({ userId }) => userId));
    const byId = new Map(users.map((user) => [user.id, user]));
    const members = memberships.flatMap((membership): Member[] => {
      const { userId, role, until, reach = null, source = 'manual' } = membership;
      const user = byId.get(userId);
      if (!user || user.kind === 'service') return [];
      const { name, email, lastSignInAt, status } = user;
      const isDisabled = status === 'disabled';
      return [{ userId, name, email, role, until, reach, source, isDisabled, lastSignInAt }];
    });
    return members.sort((a, b) => a.name.localeCompare(b.name));
  }

  /** Throws ConflictError when the user is a member. */
  async add(
    actor: Pick<Actor, 'userId'>,
    team: string,
    userId: string,
    { role, until, reach = null }: MemberChanges,
    source: MembershipSource = 'manual',
  ): Promise<void> {
    const { memberships, audit, created } = this.deps;
    const membership: Membership = {
      ...{ id: created.newId('mem'), team, userId, role, until, reach, source },
      createdAt: created.clock.now().toISOString(),
      createdBy: actor.userId,
    };
    await memberships.add(membership);
    const by = { userId: actor.userId, teamId: team };
    await audit.record(by, 'member.added', userId, { role, until, reach, source });
  }

  /** Throws ConflictError when it would take the team’s last admin. */
  async changeMember(actor: Actor, userId: string, changes: MemberChanges): Promise<Member> {
    const { memberships, audit, created } = this.deps;
    const before = await this.#membership(actor, userId);
    requireGrant(changes, created.clock);
    await memberships.change(before.id, changes);
    await this.#requireAdmin(before.team, () => memberships.change(before.id, before));
    const details = { from: before.role, ...changes, source: 'manual' };
    await audit.record(actor, 'member.changed', userId, details);
    const member = (await this.members(actor)).find((each) => each.userId === userId);
    if (!member) throw new NotFoundError('no such member', { userId });
    return member;
  }

  async removeMember(actor: Actor, userId: string): Promise<void> {
    const { memberships, keys, audit } = this.deps;
    const membership = await this.#membership(actor, userId);
    await memberships.remove(membership.id);
    await this.#requireAdmin(membership.team, () => memberships.add(membership));
    await keys.removeOfMember(actor, userId);
    await audit.record(actor, 'member.removed', userId, { role: membership.role });
  }

  /** Whether an active user is its admin without an end. */
  async hasAdmin(team: string): Promise<boolean> {
    const all = await this.deps.memberships.ofTeam(team);
    const admins = all.filter(({ role, until }) => role === 'ADMIN' && until === null);
    const users = await this.deps.users.getMany(admins.map(({ userId }) => userId));
    return users.some(({ status, kind }) => status === 'active' && kind !== 'service');
  }

  async #membership({ teamId }: Actor, userId: string): Promise<Membership> {
    const membership = await this.deps.memberships.find(teamId, userId);
    const user = membership && (await this.deps.users.get(userId));
    // Service accounts have endpoints of their own.
    if (!membership || user?.kind === 'service')
      throw new NotFoundError('no such member', { userId });
    return membership;
  }

  /** Checked after the change and undone, so that two admins who demote each other do not both succeed. */
  async #requireAdmin(team: string, undo: () => Promise<unknown>): Promise<void> {
    if (await this.hasAdmin(team)) return;
    await undo();
    throw new ConflictError('this is the last admin of the team: make another member admin first');
  }
}
