import type { AuditReach } from '../../../../contract/audit-reach.js';
import type { Role } from '../../../../contract/roles.js';
import type { Invitation } from '../../../../contract/teams.js';
import type { Audit } from '../../../platform/audit/audit.js';
import type { Actor } from '../../../platform/auth/actor.js';
import { newToken, tokenHash } from '../../../platform/auth/secret-tokens.js';
import type { Clock, NewId } from '../../../platform/clock.js';
import { ConflictError, NotFoundError, RateLimitedError } from '../../../platform/errors.js';
import type { TeamsRepository } from '../../../platform/teams/teams.repository.js';
import { requireGrant } from '../teams/grant.rules.js';
import type { TeamsService } from '../teams/teams.service.js';
import type { StoredUser, UsersRepository } from '../users/users.repository.js';
import type { UsersService } from '../users/users.service.js';
import type { InvitationsRepository, StoredInvitation } from './invitations.repository.js';

export interface InvitationsDeps {
  invitations: InvitationsRepository;
  teams: { names: TeamsRepository; members: TeamsService };
  users: { stored: UsersRepository; accounts: UsersService };
  audit: Audit;
  clock: Clock;
  newId: NewId;
}

const DAYS = 7;
const MAX_PER_HOUR = 20;

export interface NewInvitation {
  email: string;
  role: Role;
  until: string | null;
  reach: AuditReach | null;
}

export interface Acceptance {
  token: string;
  name?: string;
  password: string;
}

/** Invitations to a team, by a link that is shown once. */
export class InvitationsService {
  constructor(private readonly deps: InvitationsDeps) {}

  async list(actor: Actor): Promise<Invitation[]> {
    const now = this.deps.clock.now().toISOString();
    const all = await this.deps.invitations.list(actor);
    const open = all.filter(({ expiresAt }) => expiresAt > now);
    return open.map(({ reach = null, ...invitation }) => ({ ...invitation, reach }));
  }

  /** Replaces an open invitation of the same person. */
  async invite(actor: Actor, input: NewInvitation): Promise<Invitation & { path: string }> {
    const { invitations, users, teams, audit, clock, newId } = this.deps;
    const now = clock.now().getTime();
    const at = (ms: number) => new Date(ms).toISOString();
    requireGrant(input, clock);
    if ((await invitations.countSince(actor, at(now - 3_600_000))) >= MAX_PER_HOUR) {
      throw new RateLimitedError(`a team sends at most ${MAX_PER_HOUR} invitations an hour`);
    }
    const known = await users.stored.byEmail(input.email);
    const members = known ? await teams.members.members(actor) : [];
    if (members.some(({ userId }) => userId === known?.id)) {
      throw new ConflictError('this person is a member of the team already');
    }
    const token = newToken();
    const invitation: StoredInvitation = {
      ...input,
      ...{ id: newId('inv'), teamId: actor.teamId, tokenHash: tokenHash(token) },
      ...{ createdAt: at(now), createdBy: actor.userId, expiresAt: at(now + DAYS * 86_400_000) },
    };
    await invitations.removeFor(actor, input.email);
    await invitations.add(invitation);
    const { email, role, until, reach } = input;
    const details = { email, role, until, reach };
    await audit.record(actor, 'invitation.created', invitation.id, details);
    return { ...invitation, reach, path: `/invitation#token=${token}` };
  }

  async revoke(actor: Actor, invitationId: string): Promise<void> {
    const { invitations, audit } = this.deps;
    if (!(await invitations.remove(actor, invitationId))) {
      throw new NotFoundError('no such invitation', { invitationId });
    }
    await audit.record(actor, 'invitation.revoked', invitationId);
  }

  async preview(token: string) {
    const { email, role, teamId } = await this.#found(tokenHash(token));
    const { teams, users } = this.deps;
    const team = (await teams.names.get(teamId))?.name ?? teamId;
    return { email, role, team, isKnown: (await users.stored.byEmail(email)) !== null };
  }

  /**
   * Makes the person a member; a new person gets an account. `authenticate` checks the password of an existing one.
   */
  async accept(
    { token, name, password }: Acceptance,
    authenticate: (email: string, password: string) => Promise<StoredUser>,
  ): Promise<{ user: StoredUser; teamId: string }> {
    const { users } = this.deps;
    return this.acceptAs(tokenHash(token), async ({ email, teamId, createdBy }) =>
      (await users.stored.byEmail(email))
        ? authenticate(email, password)
        : users.accounts.add(
            { userId: createdBy, teamId },
            {
              ...{ email, password, isInstallationAdmin: false },
              name: name ?? email.replace(/@.*/, ''),
            },
          ),
    );
  }

  /** Makes a person a member whom the caller knows: `userOf` finds or creates their account. */
  async acceptAs(
    hash: string,
    userOf: (invitation: StoredInvitation) => Promise<StoredUser>,
  ): Promise<{ user: StoredUser; teamId: string }> {
    const { invitations, teams, audit } = this.deps;
    const invitation = await this.#found(hash);
    const { role, until, reach, teamId, createdBy } = invitation;
    const user = await userOf(invitation);
    // One of two parallel callers gets it.
    if (!(await invitations.remove(invitation, invitation.id))) throw gone();
    const grant = { role, until, reach };
    await teams.members.add({ userId: createdBy }, teamId, user.id, grant, 'invitation');
    await audit.record({ userId: user.id, teamId }, 'invitation.accepted', invitation.id);
    return { user, teamId };
  }

  async #found(hash: string): Promise<StoredInvitation> {
    const found = await this.deps.invitations.byHash(hash);
    if (!found || found.expiresAt <= this.deps.clock.now().toISOString()) throw gone();
    return found;
  }
}

function gone(): NotFoundError {
  return new NotFoundError('this invitation was used, revoked or has expired: ask for a new one');
}
