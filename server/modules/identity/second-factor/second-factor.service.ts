import type { Audit } from '../../../platform/audit/audit.js';
import type { Actor } from '../../../platform/auth/actor.js';
import type { Clock } from '../../../platform/clock.js';
import { Secret } from '../../../platform/config/secret.js';
import {
  ConflictError,
  ForbiddenError,
  NotFoundError,
  UnauthenticatedError,
} from '../../../platform/errors.js';
import type { Client } from '../../../platform/http/client.js';
import type { KeptSecret, SealedSecret, Vault } from '../../../platform/vault/vault.js';
import type { SessionsService } from '../sessions/sessions.service.js';
import type { Entry } from '../sign-in/entry.js';
import type { Lockout } from '../sign-in/lockout.js';
import type { StoredUser, UsersRepository } from '../users/users.repository.js';
import { newRecoveryCodes, recoveryHash } from './recovery-codes.js';
import { newTotp, stepOf } from './totp.js';

export interface SecondFactorDeps {
  users: UsersRepository;
  vault: Pick<Vault, 'seal' | 'open'>;
  lockout: Lockout;
  sessions: Pick<SessionsService, 'endOthers' | 'markSecondFactor'>;
  entry: Entry;
  log: { audit: Audit; clock: Clock };
}

export interface SecondFactorState {
  totp: boolean;
  recoveryCodesLeft: number;
}

/** The second factor of accounts: codes of an authenticator app, and recovery codes. */
export class SecondFactorService {
  constructor(private readonly deps: SecondFactorDeps) {}

  async state(actor: Actor): Promise<SecondFactorState> {
    const { totp, recoveryCodes } = await this.#own(actor);
    return { totp: totp !== null, recoveryCodesLeft: recoveryCodes?.length ?? 0 };
  }

  /** A new secret, which counts once a code of it was confirmed. */
  async begin(actor: Actor): Promise<{ secret: string; uri: string; qr: string }> {
    const user = await this.#own(actor);
    if (user.totp) throw new ConflictError('there is an authenticator already: remove it first');
    const made = await newTotp(user.email ?? user.name);
    const secret = await this.deps.vault.seal(new Secret(made.secret), placeOf(user.id));
    await this.deps.users.change(user.id, { pendingTotp: secret });
    return made;
  }

  /** Turns the second factor on; returns the recovery codes, which are shown this once. */
  async confirm(actor: Actor, code: string): Promise<string[]> {
    const { users, vault, sessions, log } = this.deps;
    const user = await this.#own(actor);
    if (!user.pendingTotp) throw new ConflictError('begin with a new secret first');
    const secret = await vault.open(user.pendingTotp, placeOf(user.id));
    const step = await this.#tried(user, () => stepOf(secret.reveal(), code, log.clock.now()));
    const { codes, hashes } = newRecoveryCodes();
    const totp = { secret: user.pendingTotp, lastStep: step };
    await users.change(user.id, { totp, pendingTotp: null, recoveryCodes: hashes });
    await sessions.markSecondFactor(actor);
    await sessions.endOthers(actor);
    await log.audit.record(actor, 'user.second_factor_added', user.id, { kind: 'totp' });
    return codes;
  }

  /** New recovery codes in place of all earlier ones. */
  async renewRecoveryCodes(actor: Actor, code: string): Promise<string[]> {
    const user = await this.#own(actor);
    await this.#check(user, code);
    const { codes, hashes } = newRecoveryCodes();
    await this.deps.users.change(user.id, { recoveryCodes: hashes });
    await this.deps.log.audit.record(actor, 'user.recovery_codes_renewed', user.id);
    return codes;
  }

  async remove(actor: Actor, code: string): Promise<void> {
    const user = await this.#own(actor);
    await this.#check(user, code);
    await this.#clear(actor, user.id);
  }

  /** For a person who lost it; they add a new one after they signed in. */
  async reset(actor: Actor, userId: string): Promise<void> {
    if (!(await this.deps.users.get(userId))) throw new NotFoundError('no such user', { userId });
    await this.#clear(actor, userId);
  }

  /** Signs in with the answer to a challenge: a code of the app, or a recovery code. */
  async answer(challenge: string, code: string, client: Client): Promise<string> {
    const { users, entry } = this.deps;
    const user = await users.get(await entry.userOf(challenge));
    if (user?.status !== 'active') throw new UnauthenticatedError('this account is disabled');
    await this.#check(user, code);
    return entry.complete(challenge, client);
  }

  async #clear(actor: Actor, userId: string): Promise<void> {
    const none = { totp: null, pendingTotp: null, recoveryCodes: [] };
    await this.deps.users.change(userId, none);
    await this.deps.log.audit.record(actor, 'user.second_factor_removed', userId);
  }

  /** Throws UnauthenticatedError for a wrong code and for one that was used before. */
  async #check(user: StoredUser, code: string): Promise<void> {
    const { users, vault, log } = this.deps;
    const { totp } = user;
    if (!totp) throw new ConflictError('this account has no second factor');
    await this.#tried(user, async () => {
      if (await users.takeRecoveryCode(user.id, recoveryHash(code))) {
        const by = { userId: user.id, teamId: 'installation' };
        await log.audit.record(by, 'user.recovery_code_used', user.id);
        return true;
      }
      const secret = await vault.open(totp.secret, placeOf(user.id));
      const step = await stepOf(secret.reveal(), code, log.clock.now());
      return step !== null && (await users.takeTotpStep(user.id, step)) ? true : null;
    });
  }

  async #tried<R>(user: StoredUser, attempt: () => Promise<R | null>): Promise<R> {
    const keys = [`second-factor:${user.id}`];
    const failed = await this.deps.lockout.attempt(keys);
    const result = await attempt();
    if (result === null) {
      await failed();
      throw new UnauthenticatedError(
        'the code is wrong or was used already: wait for the next one',
      );
    }
    await this.deps.lockout.clear(keys);
    return result;
  }

  async #own(actor: Actor): Promise<StoredUser> {
    if (actor.keyId) throw new ForbiddenError('an API key cannot change its owner’s account');
    const user = await this.deps.users.get(actor.userId);
    if (!user) throw new NotFoundError('no such user');
    return user;
  }
}

/** The stored secrets of authenticators, for a rotation of the master key. */
export async function* keptTotps(users: UsersRepository): AsyncIterable<KeptSecret> {
  for await (const { id, totp, pendingTotp } of users.everyone()) {
    const found = [
      { at: 'totp.secret' as const, sealed: totp?.secret },
      { at: 'pendingTotp' as const, sealed: pendingTotp },
    ];
    for (const { at, sealed } of found) {
      if (!sealed) continue;
      const replace = (next: SealedSecret) => users.replaceSealed(id, at, sealed, next);
      yield { place: placeOf(id), sealed, replace };
    }
  }
}

const placeOf = (userId: string) => `totp/${userId}`;
