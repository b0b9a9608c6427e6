import type { Role } from '../../../../contract/roles.js';
import { INSTALLATION } from '../../../platform/auth/actor.js';
import { ConflictError } from '../../../platform/errors.js';
import type { Platform } from '../../../platform/platform.js';
import type { ApiKeysRepository } from '../api-keys/api-keys.repository.js';
import type { Membership, MembershipsRepository } from '../teams/memberships.repository.js';
import type { TeamsService } from '../teams/teams.service.js';
import type { UsersRepository } from '../users/users.repository.js';
import { grantedBy } from './grants.rules.js';
import type { SignOnIdentitiesRepository } from './sign-on-identities.repository.js';

export interface RuleGrantsDeps {
  identities: SignOnIdentitiesRepository;
  memberships: MembershipsRepository;
  teams: Pick<TeamsService, 'hasAdmin'>;
  users: UsersRepository;
  keys: ApiKeysRepository;
  platform: Pick<Platform, 'audit' | 'clock' | 'newId' | 'teams'>;
}

/** Who acts when a rule gives or takes. */
const RULES = 'single-sign-on';

/**
 * Gives a user what the claim rules of their identities give, and takes what rules gave before. What people gave is
 * never changed, and the last administrator stays.
 */
export class RuleGrantsService {
  constructor(private readonly deps: RuleGrantsDeps) {}

  /** `provider`: for the audit trail. */
  async apply(userId: string, provider: string): Promise<void> {
    const { identities, memberships, platform } = this.deps;
    const granted = grantedBy((await identities.ofUser(userId)).flatMap(({ grants }) => grants));
    const teams = new Set(await platform.teams.ids());
    const wanted = [...granted.roles].filter(([team]) => teams.has(team));
    const held = new Map((await memberships.ofUser(userId)).map((each) => [each.team, each]));
    for (const [team, role] of wanted)
      await this.#give(userId, team, role, held.get(team), provider);
    for (const membership of held.values()) {
      const isWanted = wanted.some(([team]) => team === membership.team);
      if (membership.source === 'rule' && !isWanted) await this.#take(membership, provider);
    }
    await this.#administrator(userId, granted.isInstallationAdmin, provider);
  }

  async #give(
    userId: string,
    team: string,
    role: Role,
    before: Membership | undefined,
    provider: string,
  ): Promise<void> {
    const { memberships, platform } = this.deps;
    const now = platform.clock.now().toISOString();
    const details = { role, source: 'rule', provider };
    if (!before) {
      const id = platform.newId('mem');
      const membership = { id, team, userId, role, until: null, createdAt: now, createdBy: RULES };
      const added = await memberships.add({ ...membership, source: 'rule' }).then(
        () => true,
        (error: unknown) => {
          // Another sign-in of the same person, or a person, was faster.
          if (error instanceof ConflictError) return false;
          throw error;
        },
      );
      if (added) await this.#record(team, 'member.added', userId, details);
      return;
    }
    const hasEnded = before.until !== null && before.until <= now;
    if ((before.source !== 'rule' && !hasEnded) || (before.role === role && !hasEnded)) return;
    await memberships.change(before.id, { role, until: null, source: 'rule' });
    if (await this.#isLastAdmin(before)) {
      await memberships.change(before.id, before);
      await this.#record(team, 'member.kept', userId, { ...details, reason: 'last admin' });
    } else await this.#record(team, 'member.changed', userId, { from: before.role, ...details });
  }

  async #take(membership: Membership, provider: string): Promise<void> {
    const { memberships, keys } = this.deps;
    const { id, team, userId, role } = membership;
    await memberships.remove(id);
    const details = { role, source: 'rule', provider };
    if (await this.#isLastAdmin(membership)) {
      await memberships.add(membership);
      await this.#record(team, 'member.kept', userId, { ...details, reason: 'last admin' });
      return;
    }
    await keys.removeOfMember({ teamId: team }, userId);
    await this.#record(team, 'member.removed', userId, details);
  }

  /** Asked after the change, as two administrators may go at once. */
  async #isLastAdmin({ role, until, team }: Membership): Promise<boolean> {
    return role === 'ADMIN' && until === null && !(await this.deps.teams.hasAdmin(team));
  }

  async #administrator(userId: string, isWanted: boolean, provider: string): Promise<void> {
    const { users } = this.deps;
    const user = await users.get(userId);
    if (!user) return;
    const details = { source: 'rule', provider };
    const { teamId } = INSTALLATION;
    if (isWanted && !user.isInstallationAdmin) {
      await users.change(userId, { isInstallationAdmin: true, adminSource: 'rule' });
      const given = { isInstallationAdmin: true, ...details };
      await this.#record(teamId, 'user.changed', userId, given);
    }
    if (isWanted || !user.isInstallationAdmin || user.adminSource !== 'rule') return;
    await users.change(userId, { isInstallationAdmin: false, adminSource: null });
    if ((await users.administrators()).length > 0) {
      const taken = { isInstallationAdmin: false, ...details };
      await this.#record(teamId, 'user.changed', userId, taken);
      return;
    }
    await users.change(userId, { isInstallationAdmin: true, adminSource: 'rule' });
    const kept = { ...details, reason: 'last administrator' };
    await this.#record(teamId, 'user.kept_administrator', userId, kept);
  }

  #record(teamId: string, action: string, subject: string, details: Record<string, unknown>) {
    return this.deps.platform.audit.record({ teamId, userId: RULES }, action, subject, details);
  }
}
