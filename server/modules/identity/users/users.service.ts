import type { User } from '../../../../contract/users.js';
import type { Audit } from '../../../platform/audit/audit.js';
import type { Actor } from '../../../platform/auth/actor.js';
import type { Clock, NewId } from '../../../platform/clock.js';
import type { Page } from '../../../platform/database/collection.js';
import { ConflictError, NotFoundError } from '../../../platform/errors.js';
import { requireStrongPassword } from '../passwords/password.rules.js';
import type { PasswordHasher } from '../passwords/password-hasher.js';
import type { LinksService } from '../sign-in/links.service.js';
import type { UserDetails } from './user-details.js';
import type { UserEnd } from './user-end.js';
import { type StoredUser, searchTextOf, type UsersRepository } from './users.repository.js';

export interface UsersDeps {
  users: UsersRepository;
  details: UserDetails;
  end: UserEnd;
  hasher: PasswordHasher;
  audit: Audit;
  newUser: { clock: Clock; newId: NewId; links: Pick<LinksService, 'create'> };
}

export interface NewUser {
  /** Null: the provider that vouches for the person gives none. */
  email: string | null;
  name: string;
  password?: string;
  isInstallationAdmin: boolean;
}

/** The users of the installation, for its administrators. */
export class UsersService {
  constructor(private readonly deps: UsersDeps) {}

  async list(q: string | undefined, limit: number, cursor?: string): Promise<Page<User>> {
    const page = await this.deps.users.page(q, limit, cursor);
    return { ...page, items: await this.deps.details.of(page.items) };
  }

  async get(userId: string): Promise<User> {
    return this.#shown(await this.#found(userId));
  }

  /** Throws ConflictError when the e-mail is taken. */
  async create(actor: Pick<Actor, 'userId' | 'teamId'>, input: NewUser): Promise<User> {
    return this.#shown(await this.add(actor, input));
  }

  /** The same, as it is stored. */
  async add(actor: Pick<Actor, 'userId' | 'teamId'>, input: NewUser): Promise<StoredUser> {
    const { users, hasher, audit, newUser } = this.deps;
    const { email, name, password, isInstallationAdmin } = input;
    if (password !== undefined) await requireStrongPassword(password, [name, email ?? '']);
    const user: StoredUser = {
      ...{ id: newUser.newId('usr'), email, name, isInstallationAdmin },
      ...{ kind: 'person', status: 'active', lastSignInAt: null, totp: null },
      passwordHash: password === undefined ? null : await hasher.hash(password),
      createdAt: newUser.clock.now().toISOString(),
      searchText: searchTextOf({ name, email }),
    };
    await users.add(user).catch((error: unknown) => {
      if (error instanceof ConflictError) {
        throw new ConflictError('there is a user with this e-mail address already');
      }
      throw error;
    });
    await audit.record(actor, 'user.created', user.id, { email, isInstallationAdmin });
    return user;
  }

  /** Disabling ends the user’s sessions. Throws ConflictError for the last administrator. */
  async change(
    actor: Actor,
    userId: string,
    changes: Partial<Pick<StoredUser, 'name' | 'status' | 'isInstallationAdmin'>>,
  ): Promise<User> {
    const { users, end, audit } = this.deps;
    const before = await this.#found(userId);
    const searchText = searchTextOf({ ...before, ...changes });
    const byPerson = changes.isInstallationAdmin === undefined ? {} : { adminSource: null };
    const changed = await users.change(userId, { ...changes, ...byPerson, searchText });
    if (!changed) throw new NotFoundError('no such user', { userId });
    if (before.isInstallationAdmin) {
      const { status, isInstallationAdmin } = before;
      await this.#requireAdmin(() => users.change(userId, { status, isInstallationAdmin }));
    }
    await audit.record(actor, 'user.changed', userId, changes);
    if (changes.status === 'disabled') await end.signOut(actor, userId);
    return this.#shown(changed);
  }

  async delete(actor: Actor, userId: string): Promise<void> {
    const { users, end, audit } = this.deps;
    const user = await this.#found(userId);
    await users.change(userId, { status: 'disabled' });
    if (user.isInstallationAdmin) {
      await this.#requireAdmin(() => users.change(userId, { status: user.status }));
    }
    await end.forget(actor, userId);
    await users.remove(userId);
    await audit.record(actor, 'user.deleted', userId, { email: user.email, name: user.name });
  }

  /** A link by which the user sets a new password. */
  async resetLink(actor: Actor, userId: string): Promise<{ path: string; expiresAt: string }> {
    const { audit, newUser } = this.deps;
    const user = await this.#found(userId);
    if (user.email === null) throw new ConflictError('this account has no password');
    const link = await newUser.links.create('reset', userId);
    await audit.record(actor, 'user.reset_link_created', userId, { expiresAt: link.expiresAt });
    return link;
  }

  async #found(userId: string): Promise<StoredUser> {
    const user = await this.deps.users.get(userId);
    if (!user) throw new NotFoundError('no such user', { userId });
    return user;
  }

  /** Checked after the change and undone, so that two administrators cannot remove each other at once. */
  async #requireAdmin(undo: () => Promise<unknown>): Promise<void> {
    if ((await this.deps.users.administrators()).length > 0) return;
    await undo();
    throw new ConflictError(
      'this is the last administrator of the installation who has a password: make another first',
    );
  }

  async #shown(user: StoredUser): Promise<User> {
    return (await this.deps.details.of([user]))[0] as User;
  }
}
