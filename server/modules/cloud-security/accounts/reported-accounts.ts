import {
  CLOUD_PROVIDERS,
  type CloudProvider,
  providerAccountId,
} from '../../../../contract/cloud-security.js';
import type { LastImport } from '../../../../contract/inventory.js';
import type { Audit } from '../../../platform/audit/audit.js';
import type { NewId } from '../../../platform/clock.js';
import type { TeamScope } from '../../../platform/database/collection.js';
import { ConflictError } from '../../../platform/errors.js';
import type { Account } from '../../security-scans/index.js';
import type { AccountsRepository, StoredAccount } from './accounts.repository.js';
import { reportedKeyOf } from './credentials.rules.js';

export interface ReportedAccountsDeps {
  accounts: AccountsRepository;
  audit: Audit;
  newId: NewId;
}

const MAX_PER_IMPORT = 1_000;

/** Adds the cloud accounts of imported reports, which are known by name only. */
export class ReportedAccounts {
  constructor(private readonly deps: ReportedAccountsDeps) {}

  /** Idempotent. */
  async take(scope: TeamScope, places: readonly Account[], lastImport: LastImport): Promise<void> {
    for (const { provider, accountId } of places.slice(0, MAX_PER_IMPORT)) {
      const known = CLOUD_PROVIDERS.find((each) => each === provider);
      if (known && accountId !== '') await this.#take(scope, known, accountId, lastImport);
    }
  }

  async #take(
    scope: TeamScope,
    provider: CloudProvider,
    accountId: string,
    lastImport: LastImport,
  ): Promise<void> {
    const { accounts } = this.deps;
    const known = await this.#find(scope, provider, accountId);
    if (!known) {
      await this.#add(scope, provider, accountId, lastImport);
      return;
    }
    const only = { or: [{ 'lastImport.at': null }, { 'lastImport.at': { lt: lastImport.at } }] };
    await accounts.update(scope, known.id, { lastImport }, only);
  }

  async #find(
    scope: TeamScope,
    provider: CloudProvider,
    accountId: string,
  ): Promise<StoredAccount | null> {
    const { accounts } = this.deps;
    const known = await accounts.findByKey(scope, reportedKeyOf(provider, accountId));
    if (known || provider !== 'kubernetes') return known;
    // A cluster is reached by its server, and named in reports by its context.
    const clusters = await accounts.ofProvider(scope, provider);
    return (
      clusters.find(
        ({ scope: place }) => place.kind !== 'reported' && providerAccountId(place) === accountId,
      ) ?? null
    );
  }

  async #add(
    { teamId }: TeamScope,
    provider: CloudProvider,
    accountId: string,
    lastImport: LastImport,
  ): Promise<void> {
    const { accounts, audit, newId } = this.deps;
    const key = reportedKeyOf(provider, accountId);
    const { at, importId } = lastImport;
    const account: StoredAccount = {
      ...{ id: newId('acc'), teamId, key, name: accountId, provider },
      scope: { kind: 'reported', accountId },
      status: 'reports_only',
      ...{ credentials: null, lastTest: null, lastImport, createdAt: at, updatedAt: at },
    };
    try {
      await accounts.add(account);
    } catch (error) {
      if (error instanceof ConflictError) return; // added meanwhile
      throw error;
    }
    const actor = { teamId, userId: 'importer' };
    await audit.record(actor, 'account.reported', account.id, { key, importId });
  }
}
