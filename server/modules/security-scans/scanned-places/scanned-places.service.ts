import type { Clock } from '../../../platform/clock.js';
import type { TeamScope } from '../../../platform/database/collection.js';
import type { Events } from '../../../platform/events/events.js';
import type { ScopesRepository } from '../check-results/scopes.repository.js';
import { type Account, scannedPlacesChanged } from '../security-scans.events.js';
import type { ScannedPlacesRepository } from './scanned-places.repository.js';

/** How a scan of an account ended, by region. */
export interface ScannedAccount extends Account {
  /** Regions whose scan finished, with or without gaps. */
  scanned: readonly string[];
  /** Regions whose scan failed or was cancelled. */
  missed: readonly string[];
  /** The scan was for the whole account: regions that it leaves out no longer belong to it. */
  isWhole: boolean;
  /** The imports of its reports. */
  importIds: readonly string[];
}

export interface ScannedPlacesDeps {
  places: ScannedPlacesRepository;
  scopes: ScopesRepository;
  events: Events;
  clock: Clock;
}

/**
 * Records which regions of an account our scans have finished. While an account has a region that no scan has
 * ever finished, nothing about the account is proven.
 */
export class ScannedPlacesService {
  constructor(private readonly deps: ScannedPlacesDeps) {}

  /** A region that was scanned before keeps its evidence when a scan of it fails; that evidence expires by its age. */
  async record(team: TeamScope, account: ScannedAccount): Promise<void> {
    const { places } = this.deps;
    const { provider, accountId, scanned, missed, isWhole } = account;
    const known = await places.ofAccount(team, account);
    const earlier = known.size > 0 || missed.length === 0 ? null : await this.#seen(team, account);
    const now = this.deps.clock.now().toISOString();
    const updated = [
      ...scanned.map((region) => ({ provider, accountId, region, scannedAt: now })),
      ...missed
        .filter((region) => !known.get(region)?.scannedAt)
        .map((region) => {
          const scannedAt = earlier?.get(region) ?? null;
          return { provider, accountId, region, scannedAt };
        }),
    ];
    const requested = new Set([...scanned, ...missed]);
    const gone = isWhole ? [...known.values()].filter(({ region }) => !requested.has(region)) : [];
    await places.put(team, updated);
    await places.remove(team, gone);
    // Also when nothing changed: a process that died before it could announce this is followed by one that repeats it.
    await this.#announce(team);
  }

  /** Removes the regions of an account that is no longer scanned. */
  async forget(team: TeamScope, account: Account): Promise<void> {
    const known = [...(await this.deps.places.ofAccount(team, account)).values()];
    await this.deps.places.remove(team, known);
    await this.#announce(team);
  }

  /** Regions with evidence from reports before this scan, and its time: for accounts older than these records. */
  async #seen(team: TeamScope, account: ScannedAccount): Promise<Map<string, string>> {
    const own = new Set(account.importIds);
    const seen = new Map<string, string>();
    for (const scope of await this.deps.scopes.ofAccounts(team, [account])) {
      if (scope.lastCompleteAt && !own.has(scope.lastImportId)) {
        seen.set(scope.region, scope.lastCompleteAt);
      }
    }
    return seen;
  }

  #announce({ teamId }: TeamScope): Promise<void> {
    return this.deps.events.emit(scannedPlacesChanged, { teamId });
  }
}
