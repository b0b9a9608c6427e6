import { DEFAULT_TEAM, localOperator } from '../../../platform/auth/actor.js';
import type { Clock } from '../../../platform/clock.js';
import { ConflictError, ForbiddenError } from '../../../platform/errors.js';
import { requireStrongPassword } from '../passwords/password.rules.js';
import type { TeamsService } from '../teams/teams.service.js';
import { searchTextOf, type UsersRepository } from '../users/users.repository.js';
import type { NewUser, UsersService } from '../users/users.service.js';
import type { SetupRepository } from './setup.repository.js';

export interface SetupDeps {
  setup: SetupRepository;
  users: UsersRepository;
  accounts: UsersService;
  teams: TeamsService;
  clock: Clock;
}

/**
 * The start of an installation: whoever comes first owns it, by the setup page, by the link that the server prints on
 * loopback, by a command or by the configuration. Afterwards setup is closed for ever.
 */
export class SetupService {
  constructor(private readonly deps: SetupDeps) {}

  async isNeeded(): Promise<boolean> {
    return (await this.#state()).isNeeded;
  }

  /**
   * `owner`: who took it; a process that ended between its two writes stored no such user. An administrator whom a
   * command created is an owner too.
   */
  async #state(): Promise<{ isNeeded: boolean; owner: string | null }> {
    const { setup, users } = this.deps;
    const owner = (await setup.owner())?.userId ?? null;
    const isFree = owner === null || (await users.get(owner)) === null;
    return { isNeeded: isFree && (await users.administrators()).length === 0, owner };
  }

  /** Creates the first administrator, who is admin of the default team too. Throws ForbiddenError when it is closed. */
  async createFirst(input: Omit<NewUser, 'isInstallationAdmin'>): Promise<string> {
    await requireStrongPassword(input.password ?? '', [input.name, input.email ?? '']);
    const { setup, users, accounts, clock } = this.deps;
    const { isNeeded, owner } = await this.#state();
    if (!isNeeded) throw new ForbiddenError('this installation is set up already');
    const user = await accounts.create(localOperator, { ...input, isInstallationAdmin: true });
    if (!(await setup.take(user.id, clock.now().toISOString(), owner))) {
      await users.remove(user.id);
      throw new ForbiddenError('this installation is set up already');
    }
    await this.#join(user.id);
    return user.id;
  }

  /** Creates the operator of this machine, as whom commands act; closes setup. Repeating it changes nothing. */
  async ensureOperator(): Promise<string> {
    const { users, clock } = this.deps;
    const { userId: id, name } = localOperator;
    const at = clock.now().toISOString();
    if (!(await users.get(id))) {
      await users
        .add({
          ...{ id, name, email: null, kind: 'operator', isInstallationAdmin: true },
          ...{ status: 'active', passwordHash: null, createdAt: at, lastSignInAt: null },
          totp: null,
          searchText: searchTextOf({ name, email: null }),
        })
        .catch(ignoreConflict);
    }
    await this.#join(id);
    return id;
  }

  /** The operator signed in: the installation has an owner. */
  async closeFor(userId: string): Promise<void> {
    const { setup, clock } = this.deps;
    const { isNeeded, owner } = await this.#state();
    if (isNeeded) await setup.take(userId, clock.now().toISOString(), owner);
  }

  /** Whether someone can sign in over the network. */
  async hasAdministrator(): Promise<boolean> {
    return (await this.deps.users.administrators()).length > 0;
  }

  async #join(userId: string): Promise<void> {
    const role = { role: 'ADMIN' as const, until: null };
    await this.deps.teams.add({ userId }, DEFAULT_TEAM.id, userId, role).catch(ignoreConflict);
  }
}

function ignoreConflict(error: unknown): void {
  if (!(error instanceof ConflictError)) throw error;
}
