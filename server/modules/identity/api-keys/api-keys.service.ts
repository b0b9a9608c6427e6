import type { ApiKey, NewApiKey } from '../../../../contract/api-keys.js';
import type { Audit } from '../../../platform/audit/audit.js';
import type { Actor } from '../../../platform/auth/actor.js';
import { tokenHash } from '../../../platform/auth/secret-tokens.js';
import type { Clock, NewId } from '../../../platform/clock.js';
import { ForbiddenError, NotFoundError, UnauthenticatedError } from '../../../platform/errors.js';
import type { Actors } from '../sessions/actors.js';
import type { UsersRepository } from '../users/users.repository.js';
import { isAllowedFrom, newApiKey, prefixOf, requireAddresses } from './api-key.rules.js';
import type { ApiKeysRepository, StoredApiKey } from './api-keys.repository.js';

export interface ApiKeysDeps {
  keys: ApiKeysRepository;
  users: UsersRepository;
  actors: Actors;
  audit: Audit;
  clock: Clock;
  newId: NewId;
}

const DAY_MS = 86_400_000;
/** Uses from the same address are stored at most this often. */
const SEEN_MS = 60_000;

/** API keys: they act as their owner, in one team, with a part of the owner’s permissions. */
export class ApiKeysService {
  constructor(private readonly deps: ApiKeysDeps) {}

  /** The actor of a key. Throws UnauthenticatedError for one that is unknown, expired or used from elsewhere. */
  async actorOf(key: string, address: string): Promise<Actor> {
    const { keys, actors, clock } = this.deps;
    if (prefixOf(key) === null)
      throw new UnauthenticatedError('this is no API key of this product');
    const stored = await keys.byHash(tokenHash(key));
    if (!stored) throw new UnauthenticatedError('unknown API key: it may have been revoked');
    if (stored.expiresAt <= clock.now().toISOString()) {
      throw new UnauthenticatedError('this API key has expired: create or rotate one');
    }
    if (!isAllowedFrom(stored.addresses, address)) {
      throw new UnauthenticatedError('this API key may not be used from this address');
    }
    const owner = await actors.of(stored.userId, stored.teamId);
    // Without a membership the owner would act for the installation.
    if (owner?.teamId !== stored.teamId) {
      throw new UnauthenticatedError('the owner of this API key is no member of its team any more');
    }
    await this.#recordUse(stored, address);
    const permissions = owner.permissions.filter((each) => stored.permissions.includes(each));
    return { ...owner, permissions, keyId: stored.id };
  }

  /** The actor’s keys; all of the team for its admins. */
  async list(actor: Actor): Promise<ApiKey[]> {
    const all = await this.deps.keys.list(actor);
    return this.#shown(all.filter((key) => mayManage(actor, key)));
  }

  async create(actor: Actor, input: NewApiKey): Promise<ApiKey & { key: string }> {
    const { clock, newId } = this.deps;
    const beyond = input.permissions.filter((each) => !actor.permissions.includes(each));
    if (beyond.length > 0) {
      throw new ForbiddenError(`a key may not more than you: ${beyond.join(', ')}`);
    }
    requireAddresses(input.addresses);
    const now = clock.now().getTime();
    return this.#add(actor, {
      ...{ id: newId('key'), teamId: actor.teamId, userId: actor.userId, name: input.name },
      ...{ permissions: input.permissions, addresses: input.addresses },
      createdAt: new Date(now).toISOString(),
      expiresAt: new Date(now + input.days * DAY_MS).toISOString(),
    });
  }

  /** A new key with the same rights and lifetime; the old one works for some more hours. */
  async rotate(actor: Actor, keyId: string, graceHours: number): Promise<ApiKey & { key: string }> {
    const { keys, clock, newId } = this.deps;
    const old = await this.#own(actor, keyId);
    // Whoever sees a key can act as its owner.
    if (old.userId !== actor.userId) throw new ForbiddenError('only the owner rotates a key');
    const now = clock.now().getTime();
    const livedMs = Date.parse(old.expiresAt) - Date.parse(old.createdAt);
    const { teamId, userId, name, permissions, addresses } = old;
    const made = await this.#add(actor, {
      ...{ id: newId('key'), teamId, userId, name, permissions, addresses },
      createdAt: new Date(now).toISOString(),
      expiresAt: new Date(now + Math.max(livedMs, DAY_MS)).toISOString(),
    });
    const end = new Date(now + graceHours * 3_600_000).toISOString();
    await keys.change(actor, keyId, { expiresAt: end < old.expiresAt ? end : old.expiresAt });
    await this.deps.audit.record(actor, 'api_key.rotated', keyId, { by: made.id, graceHours });
    return made;
  }

  async delete(actor: Actor, keyId: string): Promise<void> {
    await this.#own(actor, keyId);
    await this.deps.keys.remove(actor, keyId);
    await this.deps.audit.record(actor, 'api_key.revoked', keyId);
  }

  async #add(
    actor: Actor,
    facts: Omit<StoredApiKey, 'prefix' | 'keyHash' | 'lastUsedAt' | 'lastAddress'>,
  ): Promise<ApiKey & { key: string }> {
    const { keys, audit } = this.deps;
    const { key, prefix } = newApiKey();
    const stored = {
      ...facts,
      prefix,
      keyHash: tokenHash(key),
      lastUsedAt: null,
      lastAddress: null,
    };
    await keys.add(stored);
    const { name, permissions, addresses, expiresAt } = stored;
    const details = { name, prefix, permissions, addresses, expiresAt };
    await audit.record(actor, 'api_key.created', stored.id, details);
    const [shown] = await this.#shown([stored]);
    return { ...(shown as ApiKey), key };
  }

  async #own(actor: Actor, keyId: string): Promise<StoredApiKey> {
    const key = await this.deps.keys.get(actor, keyId);
    if (key && mayManage(actor, key)) return key;
    throw new NotFoundError('no such API key', { keyId });
  }

  async #recordUse(key: StoredApiKey, address: string): Promise<void> {
    const { keys, audit, clock } = this.deps;
    const now = clock.now();
    const isNew = key.lastAddress !== address;
    const isOld = key.lastUsedAt === null || now.getTime() - Date.parse(key.lastUsedAt) >= SEEN_MS;
    if (!isNew && !isOld) return;
    const use = { lastUsedAt: now.toISOString(), lastAddress: address };
    await keys.change(key, key.id, use);
    if (!isNew) return;
    const details = { address, before: key.lastAddress };
    await audit.record(key, 'api_key.used_from_new_address', key.id, details);
  }

  async #shown(keys: readonly StoredApiKey[]): Promise<ApiKey[]> {
    const users = await this.deps.users.getMany([...new Set(keys.map(({ userId }) => userId))]);
    const names = new Map(users.map(({ id, name }) => [id, name]));
    return keys.map(({ userId, ...key }) => ({
      ...key,
      owner: { id: userId, name: names.get(userId) ?? userId },
    }));
  }
}

function mayManage(actor: Actor, key: StoredApiKey): boolean {
  return key.userId === actor.userId || actor.permissions.includes('team:write');
}
