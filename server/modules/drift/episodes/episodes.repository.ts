import type { DriftFilter } from '../../../../contract/drift.js';
import type {
  CollectionSpec,
  Filter,
  Page,
  TeamScope,
} from '../../../platform/database/collection.js';
import { TeamRepository } from '../../../platform/database/repository.js';
import type { StoredEpisode } from './episode.js';

const episodes: CollectionSpec<StoredEpisode> = {
  name: 'drift_episodes',
  scope: 'team',
  fields: {
    type: 'string',
    subject: 'string',
    severity: 'string',
    status: 'string',
    openKey: 'string',
    controls: 'string[]',
    domains: 'string[]',
    frameworks: 'string[]',
    lastSeenAt: 'string',
    look: 'number',
  },
  unique: [['openKey']],
  indexes: [['-lastSeenAt'], ['status', '-lastSeenAt']],
};

/** Episodes are never deleted: they are the history that auditors ask for. */
export class EpisodesRepository extends TeamRepository<StoredEpisode> {
  static readonly database = 'assessments';
  static readonly specs = [episodes];
  protected readonly spec = episodes;

  page(
    scope: TeamScope,
    filter: DriftFilter,
    { limit, cursor }: { limit: number; cursor?: string },
  ): Promise<Page<StoredEpisode>> {
    return this.of(scope).find(conditionsOf(filter), {
      sort: ['-lastSeenAt'],
      limit,
      after: cursor,
    });
  }

  async open(scope: TeamScope): Promise<StoredEpisode[]> {
    const found: StoredEpisode[] = [];
    for await (const page of this.of(scope).each({ status: 'open' })) found.push(...page);
    return found;
  }

  /** What an interrupted attempt at this look has written. */
  async ofLook(scope: TeamScope, look: number): Promise<StoredEpisode[]> {
    const found: StoredEpisode[] = [];
    for await (const page of this.of(scope).each({ look })) found.push(...page);
    return found;
  }

  get(scope: TeamScope, id: string): Promise<StoredEpisode | null> {
    return this.of(scope).get(id);
  }

  put(scope: TeamScope, items: readonly StoredEpisode[]) {
    return this.of(scope).putMany(items);
  }

  change(scope: TeamScope, id: string, set: Partial<StoredEpisode>) {
    return this.of(scope).update(id, { set });
  }

  counts(scope: TeamScope) {
    return this.of(scope).groupCount({ status: 'open' }, ['severity', 'type']);
  }
}

function conditionsOf(given: DriftFilter): Filter {
  const { type, severity, status, framework, control, domain, from, to } = given;
  return {
    ...(type ? { type: { in: type } } : {}),
    ...(severity ? { severity: { in: severity } } : {}),
    ...(status ? { status } : {}),
    ...(framework ? { frameworks: framework } : {}),
    ...(control ? { controls: control } : {}),
    ...(domain ? { domains: domain } : {}),
    ...(from || to
      ? { lastSeenAt: { ...(from ? { gte: from } : {}), ...(to ? { lte: to } : {}) } }
      : {}),
  };
}
