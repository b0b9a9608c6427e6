import type { ApiKey, NewApiKey } from '../../../../contract/api-keys.js';
import type { Permission } from '../../../../contract/endpoint.js';
import type { Audit } from '../../../platform/audit/audit.js';
import { type Actor, requirePermission } from '../../../platform/auth/actor.js';
import { tokenHash } from '../../../platform/auth/secret-tokens.js';
import type { Clock, NewId } from '../../../platform/clock.js';
import {
  ConflictError,
  ForbiddenError,
  NotFoundError,
  UnauthenticatedError,
} from '../../../platform/errors.js';
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
/** A key’s new addresses in the audit trail; a program behind changing addresses must not fill it. */
const MAX_KNOWN_ADDRESSES = 100;

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
    requireNoMore(actor.permissions, input.permissions, 'you');
    const owner = await this.#ownerFor(actor, input.serviceAccountId);
    if (owner !== actor) requireNoMore(owner.permissions, input.permissions, 'its service account');
    requireAddresses(input.addresses);
    const now = clock.now().getTime();
    return this.#add(actor, {
      ...{ id: newId('key'), teamId: actor.teamId, userId: owner.userId, name: input.name },
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
    if (old.userId !== actor.userId) {
      const owner = await this.deps.users.get(old.userId);
      if (owner?.kind !== 'service') throw new ForbiddenError('only the owner rotates a key');
    }
    if (old.userId !== actor.userId || actor.keyId) {
      requireNoMore(actor.permissions, old.permissions, 'you');
    }
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

  /** The key of the actor’s request. */
  async ofRequest(actor: Actor): Promise<ApiKey | undefined> {
    const key = actor.keyId ? await this.deps.keys.get(actor, actor.keyId) : null;
    return key ? (await this.#shown([key]))[0] : undefined;
  }

  /** Revokes the key of the actor’s request, whatever else the key may. */
  async endOwn(actor: Actor): Promise<string> {
    const { keyId } = actor;
    if (!keyId) throw new ConflictError('this request has no API key to revoke');
    await this.deps.keys.remove(actor, keyId);
    await this.deps.audit.record(actor, 'api_key.revoked', keyId);
    return keyId;
  }

  /** Throws NotFoundError for a service account of another team and for a disabled one. */
  async #ownerFor(actor: Actor, serviceAccountId: string | undefined): Promise<Actor> {
    if (serviceAccountId === undefined) return actor;
    requirePermission(actor, 'team:write');
    const user = await this.deps.users.get(serviceAccountId);
    const owner = await this.deps.actors.of(serviceAccountId, actor.teamId);
    if (user?.kind === 'service' && owner?.teamId === actor.teamId) return owner;
    throw new NotFoundError('no such service account, or it is disabled', { serviceAccountId });
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
    const known = key.knownAddresses ?? (key.lastAddress === null ? [] : [key.lastAddress]);
    const isNew = !known.includes(address) && known.length < MAX_KNOWN_ADDRESSES;
    const isOld = key.lastUsedAt === null || now.getTime() - Date.parse(key.lastUsedAt) >= SEEN_MS;
    if (!isNew && !isOld) return;
    const use = { lastUsedAt: now.toISOString(), lastAddress: address };
    await keys.change(key, key.id, use);
    if (!isNew) return;
    await keys.recordAddress(key, key.id, address);
    const isLast = known.length + 1 === MAX_KNOWN_ADDRESSES;
    const details = {
      address,
      before: key.lastAddress,
      ...(isLast && { furtherOnesOmitted: true }),
    };
    await audit.record(key, 'api_key.used_from_new_address', key.id, details);
  }

  async #shown(keys: readonly StoredApiKey[]): Promise<ApiKey[]> {
    const users = await this.deps.users.getMany([...new Set(keys.map(({ userId }) => userId))]);
    const byId = new Map(users.map((user) => [user.id, user]));
    return keys.map(({ userId, ...key }) => {
      const { name = userId, kind } = byId.get(userId) ?? {};
      return { ...key, owner: { id: userId, name, isService: kind === 'service' } };
    });
  }
}

function requireNoMore(
  held: readonly Permission[],
  wanted: readonly Permission[],
  holder: string,
): void {
  const beyond = wanted.filter((each) => !held.includes(each));
  if (beyond.length === 0) return;
  throw new ForbiddenError(`a key may not do more than ${holder}: ${beyond.join(', ')}`);
}

function mayManage(actor: Actor, key: StoredApiKey): boolean {
  return key.userId === actor.userId || actor.permissions.includes('team:write');
}
