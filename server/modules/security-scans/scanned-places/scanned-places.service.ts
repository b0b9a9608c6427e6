import type { Clock } from '../../../platform/clock.js';
import type { TeamScope } from '../../../platform/database/collection.js';
import type { Events } from '../../../platform/events/events.js';
import type { ScopesRepository } from '../check-results/scopes.repository.js';
import { type Account, scannedPlacesChanged } from '../security-scans.events.js';
import type { ScannedPlace, ScannedPlacesRepository } from './scanned-places.repository.js';

/** How a scan of an account ended, by region. */
export interface ScannedAccount extends Account {
  /** Looked into, with or without gaps. */
  scanned: readonly string[];
  /** Failed or cancelled. */
  missed: readonly string[];
  /** It was to look into the whole account, so that regions that it leaves out are none of it any more. */
  isWhole: boolean;
  /** What it found was imported as these. */
  importIds: readonly string[];
}

/**
 * Remembers which regions of an account our scans came to the end of. One that none ever did is a part of
 * the account that nobody has looked into: as long as it is, nothing about the account is proved.
 */
export class ScannedPlacesService {
  constructor(
    private readonly deps: {
      places: ScannedPlacesRepository;
      scopes: ScopesRepository;
      events: Events;
      clock: Clock;
    },
  ) {}

  /** A region that was scanned before keeps its evidence when a scan of it fails; that grows old by itself. */
  async note(team: TeamScope, account: ScannedAccount): Promise<void> {
    const { places } = this.deps;
    const { provider, accountId, scanned, missed, isWhole } = account;
    const known = await places.ofAccount(team, account);
    const earlier = known.size > 0 || missed.length === 0 ? null : await this.#seen(team, account);
    const now = this.deps.clock.now().toISOString();
    const about = { provider, accountId };
    const noted = [
      ...scanned.map((region) => ({ ...about, region, scannedAt: now })),
      ...missed
        .filter((region) => !known.get(region)?.scannedAt)
        .map((region) => ({ ...about, region, scannedAt: earlier?.get(region) ?? null })),
    ];
    const asked = new Set([...scanned, ...missed]);
    const gone = isWhole ? [...known.values()].filter(({ region }) => !asked.has(region)) : [];
    await places.put(team, noted);
    await places.remove(team, gone);
    const before = [...known.values()].filter(isBlind).map(({ region }) => region);
    const after = noted.filter(isBlind).map(({ region }) => region);
    const kept = before.filter((region) => !asked.has(region) && !isWhole);
    await this.#tell(team, before, [...after, ...kept]);
  }

  /** The account is not scanned any more. */
  async forget(team: TeamScope, account: Account): Promise<void> {
    const known = [...(await this.deps.places.ofAccount(team, account)).values()];
    await this.deps.places.remove(team, known);
    await this.#tell(
      team,
      known.filter(isBlind).map(({ region }) => region),
      [],
    );
  }

  /** Regions that reports before this scan gave evidence of, and when: for accounts older than this memory. */
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

  async #tell(team: TeamScope, before: string[], after: string[]): Promise<void> {
    if (before.sort().join('\n') === after.sort().join('\n')) return;
    await this.deps.events.emit(scannedPlacesChanged, { teamId: team.teamId });
  }
}

function isBlind({ scannedAt }: Pick<ScannedPlace, 'scannedAt'>): boolean {
  return scannedAt === null;
}
