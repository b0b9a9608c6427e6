import { randomInt } from 'node:crypto';
import { KEY_DAYS } from '../../../../contract/api-keys.js';
import {
  CLI_LOGIN_MINUTES,
  CLI_LOGIN_PATH,
  CLI_PERMISSIONS,
} from '../../../../contract/cli-login.js';
import type { Audit } from '../../../platform/audit/audit.js';
import type { Actor } from '../../../platform/auth/actor.js';
import { newToken, tokenHash } from '../../../platform/auth/secret-tokens.js';
import type { Clock } from '../../../platform/clock.js';
import { NotFoundError, RateLimitedError } from '../../../platform/errors.js';
import type { Client } from '../../../platform/http/client.js';
import type { ApiKeysService } from '../api-keys/api-keys.service.js';
import type { Actors } from '../sessions/actors.js';
import { ofSession } from '../sessions/sessions.service.js';
import type { Lockout } from '../sign-in/lockout.js';
import type { CliLogin, CliLoginsRepository } from './cli-logins.repository.js';

export interface CliLoginsDeps {
  logins: CliLoginsRepository;
  actors: Actors;
  apiKeys: Pick<ApiKeysService, 'create'>;
  lockout: Lockout;
  audit: Audit;
  clock: Clock;
}

const LETTERS = 'BCDFGHJKLMNPQRSTVWXZ';
const POLL_SECONDS = 2;
/** Limit of the whole installation: more codes would fill the store and be easier to guess. */
const MAX_OPEN = 1_000;
const UNKNOWN = 'no command line waits with this code: it may have expired';

/** Command lines that a signed-in user gives an API key, by a code that both show. */
export class CliLoginsService {
  constructor(private readonly deps: CliLoginsDeps) {}

  async start(client: string, { address }: Client) {
    const { logins, clock } = this.deps;
    const now = clock.now();
    if ((await logins.countOpen(now.toISOString())) >= MAX_OPEN) {
      throw new RateLimitedError('too many command lines wait to be confirmed: try again later', {
        retryAfterSeconds: 60,
      });
    }
    const token = newToken();
    const code = newCode();
    const expiresAt = new Date(now.getTime() + CLI_LOGIN_MINUTES * 60_000).toISOString();
    await logins.add({
      ...{ id: tokenHash(token), codeHash: tokenHash(code), client, address },
      ...{ state: 'waiting', allowedBy: null, startedAt: now.toISOString(), expiresAt },
    });
    return { token, code, path: CLI_LOGIN_PATH, expiresAt, pollSeconds: POLL_SECONDS };
  }

  /** Throws NotFoundError for one that has expired or has got its key. */
  async poll(token: string) {
    const { logins, actors, apiKeys } = this.deps;
    const login = this.#open(await logins.get(tokenHash(token)));
    if (login.state === 'waiting') return { state: login.state, key: null };
    // The key is made now and not when it was allowed, so that it is stored nowhere.
    if (!(await logins.use(login.id))) throw new NotFoundError(UNKNOWN);
    const { allowedBy } = login;
    const actor = allowedBy && (await actors.of(allowedBy.userId, allowedBy.team));
    const permissions = actor?.teamId === allowedBy?.team ? granted(actor) : [];
    if (!actor || permissions.length === 0) return { state: 'refused' as const, key: null };
    const name = `cspm on ${login.client}`;
    const wanted = { name, permissions, days: KEY_DAYS, addresses: [] };
    return { state: 'allowed' as const, key: (await apiKeys.create(actor, wanted)).key };
  }

  async preview(actor: Actor, code: string) {
    ofSession(actor);
    const { client, address, startedAt, expiresAt } = await this.#byCode(actor, code);
    return { code, client, address, startedAt, expiresAt, permissions: granted(actor) };
  }

  async answer(actor: Actor, code: string, isAllowed: boolean): Promise<void> {
    ofSession(actor);
    const login = await this.#byCode(actor, code);
    const isFirst = await this.deps.logins.answer(login.id, {
      state: isAllowed ? 'allowed' : 'refused',
      allowedBy: isAllowed ? { userId: actor.userId, team: actor.teamId } : null,
    });
    if (!isFirst) throw new NotFoundError(UNKNOWN);
    const action = isAllowed ? 'cli_login.allowed' : 'cli_login.refused';
    const { client, address } = login;
    await this.deps.audit.record(actor, action, login.id, { client, address });
  }

  /** Counts unknown codes against the user, who could otherwise try many. */
  async #byCode(actor: Actor, code: string): Promise<CliLogin> {
    const { logins, lockout } = this.deps;
    const keys = [`cli-login:${actor.userId}`];
    const failed = await lockout.attempt(keys);
    const login = await logins.byCode(tokenHash(code));
    try {
      const open = this.#open(login);
      if (open.state !== 'waiting') throw new NotFoundError(UNKNOWN);
      await lockout.clear(keys);
      return open;
    } catch (error) {
      await failed();
      throw error;
    }
  }

  #open(login: CliLogin | null): CliLogin {
    if (login && login.expiresAt > this.deps.clock.now().toISOString()) return login;
    throw new NotFoundError(UNKNOWN);
  }
}

function granted(actor: Actor | null) {
  return CLI_PERMISSIONS.filter((each) => actor?.permissions.includes(each));
}

function newCode(): string {
  const letters = Array.from({ length: 8 }, () => LETTERS[randomInt(LETTERS.length)]);
  return `${letters.slice(0, 4).join('')}-${letters.slice(4).join('')}`;
}
