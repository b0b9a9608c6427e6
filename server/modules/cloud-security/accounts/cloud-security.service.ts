import {
  type CloudAccountChanges,
  type CloudCredentials,
  type CloudScope,
  type NewCloudAccount,
  providerAccountId,
} from '../../../../contract/cloud-security.js';
import type { Actor } from '../../../platform/auth/actor.js';
import type { Clock, NewId } from '../../../platform/clock.js';
import { Secret } from '../../../platform/config/secret.js';
import type { Page, TeamScope } from '../../../platform/database/collection.js';
import { ConflictError, InvalidInputError, NotFoundError } from '../../../platform/errors.js';
import type { JobQueue } from '../../../platform/queue/job-queue.js';
import type { KeptSecret, Vault } from '../../../platform/vault/vault.js';
import type { AccountTrail } from './account-trail.js';
import { testAccount } from './accounts.jobs.js';
import type { AccountsRepository, StoredAccount } from './accounts.repository.js';
import { accountKeyOf, checkedCredentials, hintOf, reportedKeyOf } from './credentials.rules.js';

export interface CloudSecurityDeps {
  accounts: AccountsRepository;
  vault: Vault;
  queue: Pick<JobQueue, 'enqueue'>;
  trail: AccountTrail;
  clock: Clock;
  newId: NewId;
}

const MAX_TEST_MS = 30 * 60_000;

/** The team's cloud accounts and their credentials. */
export class CloudSecurityService {
  constructor(private readonly deps: CloudSecurityDeps) {}

  async list(actor: Actor, limit: number, cursor?: string): Promise<Page<StoredAccount>> {
    const page = await this.deps.accounts.page(actor, limit, cursor);
    return { ...page, items: page.items.map((account) => this.#asOfNow(account)) };
  }

  async get(actor: TeamScope, accountId: string): Promise<StoredAccount> {
    const account = await this.deps.accounts.get(actor, accountId);
    if (!account) throw new NotFoundError('no such cloud account', { accountId });
    return this.#asOfNow(account);
  }

  async create(actor: Actor, input: NewCloudAccount): Promise<StoredAccount> {
    const { accounts, trail, newId } = this.deps;
    const provider = input.scope.kind;
    const credentials = checkedCredentials(provider, input.credentials);
    const key = accountKeyOf(input.scope);
    const now = this.#now();
    const account: StoredAccount = {
      id: newId('acc'),
      teamId: actor.teamId,
      key,
      name: input.name,
      provider,
      scope: input.scope,
      status: 'active',
      credentials: { kind: credentials.kind, hint: hintOf(credentials), changedAt: now },
      lastTest: null,
      createdAt: now,
      updatedAt: now,
    };
    const reported = await this.#reportedAs(actor, input.scope);
    if (reported) return this.#upgrade(actor, reported, account, credentials);
    await this.#refuseTwin(actor, key);
    await this.#seal(account, credentials, now);
    try {
      await accounts.add(account);
    } catch (error) {
      await accounts.removeCredentials(actor, account.id);
      if (error instanceof ConflictError) await this.#refuseTwin(actor, key);
      throw error;
    }
    await trail.created(actor, account);
    return this.#startTest(account);
  }

  async change(
    actor: Actor,
    accountId: string,
    changes: CloudAccountChanges,
  ): Promise<StoredAccount> {
    const { accounts, trail } = this.deps;
    const account = await this.get(actor, accountId);
    const { regions, credentials: given, name, status } = changes;
    if (given || status || regions) requireReached(account);
    if (regions && account.scope.kind !== 'aws') {
      throw new InvalidInputError('only AWS accounts have regions to choose');
    }
    const credentials = given && checkedCredentials(account.provider, given);
    const now = this.#now();
    // First, so that the account never describes credentials that are not stored yet.
    if (credentials) await this.#seal(account, credentials, now);
    const described = credentials && {
      kind: credentials.kind,
      hint: hintOf(credentials),
      changedAt: now,
    };
    const changed = await accounts.update(actor, accountId, {
      updatedAt: now,
      ...(name === undefined ? {} : { name }),
      ...(status === undefined ? {} : { status }),
      ...(regions ? { scope: { ...account.scope, regions } } : {}),
      ...(described ? { credentials: described } : {}),
    });
    if (!changed) throw new NotFoundError('no such cloud account', { accountId });
    const fields = Object.keys(changes);
    await trail.changed(actor, { before: account, after: changed, fields });
    return credentials ? this.#startTest(changed) : changed;
  }

  async delete(actor: Actor, accountId: string): Promise<{ id: string }> {
    const { accounts, trail } = this.deps;
    const account = await this.get(actor, accountId);
    // The credentials first: no later failure leaves them behind.
    await accounts.removeCredentials(actor, accountId);
    await accounts.remove(actor, accountId);
    await trail.deleted(actor, account);
    return { id: accountId };
  }

  async test(actor: Actor, accountId: string): Promise<StoredAccount> {
    const account = await this.get(actor, accountId);
    requireReached(account);
    await this.deps.trail.tested(actor, accountId);
    return this.#startTest(account);
  }

  /** For a worker while it runs a task with them; never for a response. */
  async openCredentials(scope: TeamScope, accountId: string): Promise<CloudCredentials> {
    const { accounts, vault } = this.deps;
    const stored = await accounts.credentialsOf(scope, accountId);
    if (!stored) throw new NotFoundError('the account has no credentials', { accountId });
    const opened = await vault.open(stored.sealed, placeOf(scope, accountId));
    return JSON.parse(opened.reveal()) as CloudCredentials;
  }

  /** Active accounts of every team, for the scheduler. */
  active(): Promise<StoredAccount[]> {
    return this.deps.accounts.active();
  }

  /** The account that only imported reports name so far. */
  async #reportedAs(actor: Actor, scope: CloudScope): Promise<StoredAccount | null> {
    const key = reportedKeyOf(scope.kind, providerAccountId(scope));
    const found = await this.deps.accounts.findByKey(actor, key);
    return found?.status === 'reports_only' ? found : null;
  }

  /** Gives an account of reports what is needed to scan it; it keeps its id. */
  async #upgrade(
    actor: Actor,
    { id, createdAt }: StoredAccount,
    fresh: StoredAccount,
    credentials: CloudCredentials,
  ): Promise<StoredAccount> {
    const { accounts, trail } = this.deps;
    await this.#refuseTwin(actor, fresh.key, id);
    const { id: _, teamId: __, createdAt: ___, ...set } = fresh;
    await this.#seal({ ...fresh, id }, credentials, fresh.updatedAt);
    const only = { status: 'reports_only' };
    const upgraded = await accounts.update(actor, id, set, only);
    if (!upgraded) throw new ConflictError('the account was changed meanwhile; try again');
    await trail.created(actor, { ...upgraded, createdAt });
    return this.#startTest(upgraded);
  }

  async #startTest(account: StoredAccount): Promise<StoredAccount> {
    const { accounts, queue } = this.deps;
    const lastTest = { status: 'running' as const, at: this.#now(), problem: null };
    const changed = await accounts.update(account, account.id, { lastTest });
    await queue.enqueue(testAccount, {
      teamId: account.teamId,
      payload: { accountId: account.id },
      priority: 'urgent',
      dedupeKey: account.id,
    });
    return changed ?? account;
  }

  async #seal(account: StoredAccount, credentials: CloudCredentials, now: string): Promise<void> {
    const { accounts, vault } = this.deps;
    const { id, teamId } = account;
    const plain = new Secret(JSON.stringify(credentials));
    const sealed = await vault.seal(plain, placeOf(account, id));
    await accounts.putCredentials({ id, teamId, sealed, changedAt: now });
  }

  async #refuseTwin(actor: Actor, key: string, own?: string): Promise<void> {
    const twin = await this.deps.accounts.findByKey(actor, key);
    if (twin && twin.id !== own) {
      throw new ConflictError(`${key} already exists as account “${twin.name}” (${twin.id})`, {
        accountId: twin.id,
      });
    }
  }

  /** A test whose job is lost never reports its end. */
  #asOfNow(account: StoredAccount): StoredAccount {
    const { lastTest } = account;
    const late = this.deps.clock.now().getTime() - MAX_TEST_MS;
    if (lastTest?.status !== 'running' || Date.parse(lastTest.at) > late) {
      return withAttention(account);
    }
    const problem = 'the test did not finish; start it again';
    return withAttention({ ...account, lastTest: { ...lastTest, status: 'failed', problem } });
  }

  #now(): string {
    return this.deps.clock.now().toISOString();
  }
}

/** An active account whose last test failed is not scanned as people expect. */
function withAttention(account: StoredAccount): StoredAccount {
  const { status, lastTest } = account;
  const hasFailed = status === 'active' && lastTest?.status === 'failed';
  return { ...account, attention: hasFailed ? (lastTest.problem ?? 'the test failed') : null };
}

function requireReached({ id: accountId, status }: StoredAccount): void {
  if (status !== 'reports_only') return;
  throw new ConflictError(
    'the account is known from imported reports only: add it with its credentials first',
    { accountId },
  );
}

/** The stored credentials, for a rotation of the master key. */
export async function* keptCredentials(accounts: AccountsRepository): AsyncIterable<KeptSecret> {
  for await (const stored of accounts.allCredentials()) {
    yield {
      place: placeOf(stored, stored.id),
      sealed: stored.sealed,
      replace: (sealed) => accounts.replaceSealed(stored, sealed),
    };
  }
}

function placeOf({ teamId }: TeamScope, accountId: string): string {
  return `${teamId}/cloud-account/${accountId}`;
}
