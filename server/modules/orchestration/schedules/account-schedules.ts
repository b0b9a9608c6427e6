import type { TeamScope } from '../../../platform/database/collection.js';
import { ConflictError } from '../../../platform/errors.js';
import type { StoredAccount } from '../../cloud-security/index.js';
import type { CloudAccounts } from '../orchestration-parts.js';
import type { ScanSchedulesRepository, StoredScanSchedule } from './scan-schedules.repository.js';
import { ignoreMissing, searchTextOf } from './scan-schedules.service.js';
import { type AccountScan, accountScans } from './schedule-seeds.jobs.js';
import type { Scheduler } from './system-jobs.service.js';

export interface AccountSchedulesDeps {
  schedules: ScanSchedulesRepository;
  scheduler: Scheduler;
  accounts: Pick<CloudAccounts['accounts'], 'get'>;
}

/** The schedules that come and go with cloud accounts. */
export class AccountSchedules {
  constructor(private readonly deps: AccountSchedulesDeps) {}

  /** Creates missing schedules of an active account; what a person changed or deleted stays so. */
  async defineFor(account: StoredAccount): Promise<void> {
    for (const scan of accountScans(account)) await this.#define(account, scan);
  }

  /** An inactive account loses the schedules made with it; those of a deleted one all go. */
  async removeOf({ teamId }: TeamScope, accountId: string): Promise<void> {
    const { schedules, scheduler, accounts } = this.deps;
    const isKept = (await ignoreMissing(accounts.get({ teamId }, accountId))) !== null;
    for (const { id, madeBy } of await schedules.ofTarget({ teamId }, `cloud/${accountId}`)) {
      if (isKept && madeBy === 'person') continue;
      await schedules.remove({ teamId }, id);
      await ignoreMissing(scheduler.remove(id));
    }
  }

  async #define({ id: accountId, teamId, name, createdAt }: StoredAccount, scan: AccountScan) {
    const { schedules, scheduler } = this.deps;
    const { seed, request } = scan;
    const known = await schedules.find({ teamId }, seed.id);
    if (known?.removedAt) return;
    await scheduler.define(seed);
    const text = { name: seed.title, target: name, searchText: searchTextOf(seed.title, name) };
    if (known) {
      const isCurrent = known.edited || (known.name === text.name && known.target === name);
      if (!isCurrent) await schedules.change({ teamId }, seed.id, text);
      return;
    }
    const fresh: StoredScanSchedule = {
      ...{ id: seed.id, teamId, ...text, request, kind: 'cloud', targetKey: `cloud/${accountId}` },
      ...{ madeBy: 'account', createdBy: 'scanner', createdAt },
      ...{ edited: false, runs: [], lastRunAt: null, removedAt: null },
    };
    await schedules.add(fresh).catch((error: unknown) => {
      // Another process that starts at the same time has added it.
      if (!(error instanceof ConflictError)) throw error;
    });
  }
}
