import type { EvidencePackage } from '../../../../contract/evidence-packages.js';
import type { CollectionSpec, TeamDoc, TeamScope } from '../../../platform/database/collection.js';
import { TeamRepository } from '../../../platform/database/repository.js';

export type StoredPackage = EvidencePackage & TeamDoc;

const packages: CollectionSpec<StoredPackage> = {
  name: 'evidence_packages',
  scope: 'team',
  fields: { state: 'string', createdAt: 'string', finishedAt: 'string' },
  indexes: [['-createdAt']],
  acrossTeams: [['finishedAt']],
};

export class PackagesRepository extends TeamRepository<StoredPackage> {
  static readonly database = 'assessments';
  static readonly specs = [packages];
  static readonly files = [
    { collection: 'evidence_packages', area: 'evidence-packages', by: 'sha256' },
  ] as const;
  static readonly retention = [
    { kind: 'evidence_packages', collection: 'evidence_packages', field: 'finishedAt' },
  ];
  protected readonly spec = packages;

  add(scope: TeamScope, item: StoredPackage): Promise<void> {
    return this.of(scope).insert(item);
  }

  get(scope: TeamScope, id: string): Promise<StoredPackage | null> {
    return this.of(scope).get(id);
  }

  page(scope: TeamScope, limit: number, cursor?: string) {
    return this.of(scope).find({}, { sort: ['-createdAt'], limit, after: cursor ?? null });
  }

  /** Packages requested before this moment and not finished. */
  async unfinished(scope: TeamScope, before: string): Promise<StoredPackage[]> {
    const filter = { state: { in: ['queued', 'building'] }, createdAt: { lt: before } };
    return (await this.of(scope).find(filter, { limit: 1_000 })).items;
  }

  /** Changes an unfinished package; returns null for a finished one. */
  update(scope: TeamScope, id: string, set: Partial<StoredPackage>) {
    return this.of(scope).update(id, { set }, { state: { in: ['queued', 'building'] } });
  }
}
