import type { ImagePackage } from '../../../../contract/container-security.js';
import type { CollectionSpec, TeamDoc, TeamScope } from '../../../platform/database/collection.js';
import { TeamRepository } from '../../../platform/database/repository.js';

/** A package in an image, from the newest scan with results. */
export interface StoredPackage extends TeamDoc, Omit<ImagePackage, 'image'> {
  /** The scan or import that reported it. */
  scanId: string;
  /** Name and package URL in lower case. */
  searchText: string;
}

const packages: CollectionSpec<StoredPackage> = {
  name: 'image_packages',
  scope: 'team',
  fields: { imageId: 'string', scanId: 'string', name: 'string', searchText: 'string' },
  // The searched text is in the index, so that a rare package is found without reading every other.
  indexes: [
    ['name', 'id', 'searchText'],
    ['imageId', 'name'],
  ],
};

export class PackagesRepository extends TeamRepository<StoredPackage> {
  static readonly database = 'containerSecurity';
  static readonly specs = [packages];
  protected readonly spec = packages;

  page(
    scope: TeamScope,
    { q, imageId }: { q?: string; imageId?: string },
    limit: number,
    cursor?: string,
  ) {
    const where = {
      ...(imageId === undefined ? {} : { imageId }),
      ...(q ? { searchText: { contains: q.toLowerCase() } } : {}),
    };
    return this.of(scope).find(where, { sort: ['name'], limit, after: cursor ?? null });
  }

  /** All packages of an image, by name. */
  async ofImage(scope: TeamScope, imageId: string): Promise<StoredPackage[]> {
    const all: StoredPackage[] = [];
    let after: string | null = null;
    do {
      const options = { sort: ['name'], limit: 5_000, after };
      const page = await this.of(scope).find({ imageId }, options);
      all.push(...page.items);
      after = page.nextCursor;
    } while (after !== null);
    return all;
  }

  /** Replaces the packages of an earlier scan; idempotent. */
  async replace(
    scope: TeamScope,
    { imageId, scanId }: { imageId: string; scanId: string },
    now: readonly StoredPackage[],
  ): Promise<void> {
    await this.of(scope).putMany(now);
    await this.of(scope).removeMany({ imageId, scanId: { ne: scanId } });
  }

  removeOf(scope: TeamScope, imageId: string): Promise<number> {
    return this.of(scope).removeMany({ imageId });
  }
}
