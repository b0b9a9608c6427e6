import type { CollectionSpec, Filter, TeamScope } from '../../../platform/database/collection.js';
import { InventoryRepository, ITEM_FIELDS, PRESENT } from '../../orchestration/index.js';
import type { StoredImage } from './stored-image.js';

const images: CollectionSpec<StoredImage> = {
  name: 'container_images',
  scope: 'team',
  fields: {
    ...ITEM_FIELDS,
    reference: 'string',
    registry: 'string',
    repository: 'string',
  },
  unique: [['key']],
  indexes: [
    ['removedAt', 'reference'],
    ['removedAt', 'registry'],
    ['repository', 'resultsAt'],
  ],
};

export class ImagesRepository extends InventoryRepository<StoredImage> {
  static readonly database = 'containerSecurity';
  static readonly specs = [images];
  protected readonly spec = images;

  getMany(scope: TeamScope, ids: readonly string[]) {
    return this.of(scope).getMany(ids);
  }

  page(
    scope: TeamScope,
    filter: { q?: string; registry?: readonly string[]; repository?: readonly string[] },
    limit: number,
    cursor?: string,
  ) {
    const { q, registry, repository } = filter;
    const where: Filter = {
      ...PRESENT,
      ...(registry ? { registry: { in: registry } } : {}),
      ...(repository ? { repository: { in: repository } } : {}),
      ...(q ? { searchText: { contains: q.toLowerCase() } } : {}),
    };
    return this.of(scope).find(where, { sort: ['reference'], limit, after: cursor ?? null });
  }

  /** By repository, the image with the newest results. */
  async newestOf(
    scope: TeamScope,
    repositories: ReadonlySet<string>,
  ): Promise<Map<string, string>> {
    const newest = await Promise.all(
      [...repositories].map(async (repository) => {
        const filter = { repository, resultsAt: { exists: true } };
        const { items } = await this.of(scope).find(filter, { sort: ['-resultsAt'], limit: 1 });
        return items.map(({ id }): [string, string] => [repository, id]);
      }),
    );
    return new Map(newest.flat());
  }

  async registries(scope: TeamScope): Promise<{ registry: string; images: number }[]> {
    const groups = await this.of(scope).groupCount(PRESENT, ['registry']);
    return groups.map(({ key, count }) => ({ registry: String(key[0]), images: count }));
  }
}
