import type { CollectionSpec, Doc } from '../database/collection.js';
import { GlobalRepository } from '../database/repository.js';
import { ConflictError } from '../errors.js';

/** The id is the lease's name. */
interface StoredLease extends Doc {
  owner: string;
  /** Empty once released. */
  until: string;
  /** True when another process has waited for it since it was taken. */
  wanted: boolean;
}

const leases: CollectionSpec<StoredLease> = {
  name: 'leases',
  scope: 'global',
  fields: { owner: 'string', until: 'string' },
  indexes: [['until']],
};

/** Every live holder renews its lease within this time. */
const RENEWED_WITHIN_MS = 15_000;

export class LeasesRepository extends GlobalRepository<StoredLease> {
  static readonly database = 'platform';
  static readonly specs = [leases];
  /** A deleted lease is created again when needed. */
  static readonly retention = [{ kind: 'leases', collection: 'leases', field: 'until' }];
  protected readonly spec = leases;

  /** The stored end of the lease; null when it is free. */
  async until(name: string): Promise<string | null> {
    return (await this.all().get(name))?.until || null;
  }

  /** Takes the lease if it is free or ended before `now`; false while another owner has it. */
  async take(
    name: string,
    { owner, until, now }: { owner: string; until: string; now: string },
  ): Promise<boolean> {
    const mine = { owner, until, wanted: false };
    if (await this.all().claim({ id: name, until: { lt: now } }, { set: mine })) return true;
    if (await this.all().get(name)) return false;
    try {
      await this.all().insert({ id: name, ...mine });
      return true;
    } catch (error) {
      if (error instanceof ConflictError) return false;
      throw error;
    }
  }

  /** A lease that ends too far ahead was taken before the clock went back: a live holder renews it, others lose it. */
  repairTimes({ now, limit }: { now: string; limit: string }): Promise<number> {
    const until = new Date(Date.parse(now) + RENEWED_WITHIN_MS).toISOString();
    return this.all().updateMany({ until: { gt: limit } }, { set: { until } });
  }

  /** Deletes the leases of a team, whose names end with its id. */
  async removeTeam(teamId: string): Promise<number> {
    const ids: string[] = [];
    for await (const page of this.all().each({})) {
      ids.push(...page.filter(({ id }) => id.endsWith(`/${teamId}`)).map(({ id }) => id));
    }
    return this.all().removeMany({ id: { in: ids } });
  }

  async markWanted(name: string): Promise<void> {
    await this.all().update(name, { set: { wanted: true } });
  }

  /** False when another owner has taken it. */
  async renew(name: string, owner: string, until: string): Promise<boolean> {
    return (await this.all().update(name, { set: { until } }, { owner })) !== null;
  }

  /** Returns whether another process waits for it. */
  async release(name: string, owner: string): Promise<boolean> {
    const released = await this.all().update(name, { set: { owner: '', until: '' } }, { owner });
    return released?.wanted ?? false;
  }
}
