import type { CollectionSpec, TeamDoc, TeamScope } from '../../../platform/database/collection.js';
import { TeamRepository } from '../../../platform/database/repository.js';
import type { Account } from '../security-scans.events.js';

/** A region of an account that one of our scans was started for. */
export interface ScannedPlace extends TeamDoc, Account {
  region: string;
  /** When a scan of it last finished, ISO 8601 UTC; null: never. */
  scannedAt: string | null;
}

const places: CollectionSpec<ScannedPlace> = {
  name: 'scanned_places',
  scope: 'team',
  fields: { provider: 'string', accountId: 'string' },
  indexes: [['provider', 'accountId']],
};

const MAX_PLACES = 10_000;

export class ScannedPlacesRepository extends TeamRepository<ScannedPlace> {
  static readonly database = 'securityScans';
  static readonly specs = [places];
  protected readonly spec = places;

  async ofAccount(
    scope: TeamScope,
    { provider, accountId }: Account,
  ): Promise<Map<string, ScannedPlace>> {
    const { items } = await this.of(scope).find({ provider, accountId }, { limit: MAX_PLACES });
    return new Map(items.map((place) => [place.region, place]));
  }

  /** Sorted by account and region. */
  async all(scope: TeamScope): Promise<ScannedPlace[]> {
    const found: ScannedPlace[] = [];
    for await (const page of this.of(scope).each({})) found.push(...page);
    return found;
  }

  async put(scope: TeamScope, items: readonly Omit<ScannedPlace, 'id' | 'teamId'>[]) {
    const { teamId } = scope;
    await this.of(scope).putMany(
      items.map((item) => ({ ...item, teamId, id: placeId(scope, item) })),
    );
  }

  async remove(scope: TeamScope, items: readonly ScannedPlace[]): Promise<void> {
    for (const { id } of items) await this.of(scope).remove(id);
  }
}

function placeId(
  { teamId }: TeamScope,
  { provider, accountId, region }: Pick<ScannedPlace, 'provider' | 'accountId' | 'region'>,
): string {
  return [teamId, provider, accountId, region].join(':');
}
