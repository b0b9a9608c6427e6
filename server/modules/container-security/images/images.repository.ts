import type { ContainerImage, ImageDetails } from '../../../../contract/container-security.js';
import type {
  Changes,
  CollectionSpec,
  Filter,
  TeamDoc,
  TeamScope,
} from '../../../platform/database/collection.js';
import { TeamRepository } from '../../../platform/database/repository.js';
import { type ScanTrace, TRACE_FIELDS } from '../../orchestration/index.js';

/** An image of the inventory; one that was removed stays as a mark, so that its old scans do not bring it back. */
export interface StoredImage
  extends TeamDoc,
    ScanTrace,
    Pick<
      ContainerImage,
      'reference' | 'registry' | 'repository' | 'tag' | 'digest' | 'addedBy' | 'addedAt'
    > {
  /** SHA-256 of the reference: an index takes no text of any length. */
  key: string;
  /** The reference in lower case. */
  searchText: string;
  details: ImageDetails | null;
  removedAt: string | null;
}

const images: CollectionSpec<StoredImage> = {
  name: 'container_images',
  scope: 'team',
  fields: {
    ...TRACE_FIELDS,
    key: 'string',
    reference: 'string',
    registry: 'string',
    repository: 'string',
    searchText: 'string',
    removedAt: 'string',
  },
  unique: [['key']],
  indexes: [
    ['removedAt', 'reference'],
    ['removedAt', 'registry'],
    ['repository', 'resultsAt'],
  ],
};

const HERE = { removedAt: null };

export class ImagesRepository extends TeamRepository<StoredImage> {
  static readonly database = 'containerSecurity';
  static readonly specs = [images];
  protected readonly spec = images;

  /** Not one that was removed. */
  async get(scope: TeamScope, id: string): Promise<StoredImage | null> {
    const image = await this.of(scope).get(id);
    return image?.removedAt === null ? image : null;
  }

  getMany(scope: TeamScope, ids: readonly string[]) {
    return this.of(scope).getMany(ids);
  }

  /** Also one that was removed. */
  async findByKey(scope: TeamScope, key: string): Promise<StoredImage | null> {
    return (await this.of(scope).find({ key }, { limit: 1 })).items[0] ?? null;
  }

  page(
    scope: TeamScope,
    filter: { q?: string; registry?: readonly string[]; repository?: readonly string[] },
    limit: number,
    cursor?: string,
  ) {
    const { q, registry, repository } = filter;
    const where: Filter = {
      ...HERE,
      ...(registry ? { registry: { in: registry } } : {}),
      ...(repository ? { repository: { in: repository } } : {}),
      ...(q ? { searchText: { contains: q.toLowerCase() } } : {}),
    };
    return this.of(scope).find(where, { sort: ['reference'], limit, after: cursor ?? null });
  }

  /** Throws ConflictError when the team has the image, or had it. */
  add(image: StoredImage) {
    return this.of(image).insert(image);
  }

  update(scope: TeamScope, id: string, set: NonNullable<Changes['set']>, only: Filter = {}) {
    return this.of(scope).update(id, { set }, only);
  }

  /** By repository, the image whose scan gave results last. */
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
    const groups = await this.of(scope).groupCount(HERE, ['registry']);
    return groups.map(({ key, count }) => ({ registry: String(key[0]), images: count }));
  }
}
