import type { Audit } from '../../../platform/audit/audit.js';
import { INSTALLATION } from '../../../platform/auth/actor.js';
import { tokenHash } from '../../../platform/auth/secret-tokens.js';
import { ConflictError } from '../../../platform/errors.js';
import type { Logger } from '../../../platform/log/structured-logging.js';
import type { LinkMails } from '../mails/link-mails.js';
import type { UsersRepository } from '../users/users.repository.js';
import type { LinksService } from './links.service.js';
import type { Lockout } from './lockout.js';

export interface PasswordResetsDeps {
  users: UsersRepository;
  links: LinksService;
  lockout: Lockout;
  mails: LinkMails;
  audit: Audit;
  log: Logger;
}

const MINUTES = 60;

/** Links to set a new password, by mail, for people who forgot theirs. */
export class PasswordResetsService {
  #sending: Promise<void> = Promise.resolve();

  constructor(private readonly deps: PasswordResetsDeps) {}

  get isOffered(): boolean {
    return this.deps.mails.canSend;
  }

  /**
   * Answers before it looks for the account, so that neither the answer nor its time shows whether there is one. Throws
   * RateLimitedError after too many requests for one address.
   */
  async request(email: string): Promise<void> {
    if (!this.isOffered) throw new ConflictError('this server sends no mail: ask an administrator');
    await this.deps.lockout.attempt([`reset:${tokenHash(email)}`]);
    this.#sending = Promise.all([this.#sending, this.#send(email)]).then(
      () => {},
      (error: unknown) => this.deps.log.error({ err: error }, 'password reset failed'),
    );
  }

  /** Waits for mails that are being sent. */
  settled(): Promise<void> {
    return this.#sending;
  }

  async #send(email: string): Promise<void> {
    const { users, links, mails, audit } = this.deps;
    const user = await users.byEmail(email);
    // Whoever never had a password signs in by a provider, or waits for an administrator's link.
    if (user?.status !== 'active' || user.passwordHash === null) return;
    const { path, expiresAt } = await links.create('reset', user.id, MINUTES);
    const who = { ...INSTALLATION, userId: user.id };
    await audit.record(who, 'user.reset_link_requested', user.id, { expiresAt });
    await mails.send(email, {
      subject: 'Set a new password',
      text: `Somebody asked for a new password for your account in OffloadSecurity. If it was you, open this link within ${MINUTES} minutes; it works once. If not, ignore this message: your password stays.`,
      path,
    });
  }
}
