import type { DefinitionChange, ScorePoint } from '../../../../contract/compliance.js';
import type {
  CollectionSpec,
  Page,
  TeamDoc,
  TeamScope,
} from '../../../platform/database/collection.js';
import { TeamRepository } from '../../../platform/database/repository.js';

/** A framework's score from when it was computed until another took its place. */
export interface ScoreInterval extends ScorePoint, TeamDoc {
  until: string | null;
  /** False: the team measures itself by it no longer. */
  active: boolean;
}

/** What was recorded last, so that only differences are. One document per team. */
export interface ScoreLatest extends TeamDoc {
  /** Framework id → its newest point, as JSON without its moment. */
  frameworks: Record<string, string>;
  /** Attestations that ended by then have been taken account of. */
  recordedUntil: string;
}

export type StoredDefinitionChange = DefinitionChange & TeamDoc;

const points: CollectionSpec<ScoreInterval> = {
  name: 'score_history',
  scope: 'team',
  fields: { frameworkId: 'string', at: 'string', until: 'string' },
  indexes: [['frameworkId', 'at'], ['until']],
};
const latest: CollectionSpec<ScoreLatest> = { name: 'score_latest', scope: 'team', fields: {} };
const definitions: CollectionSpec<StoredDefinitionChange> = {
  name: 'definition_changes',
  scope: 'team',
  fields: { at: 'string' },
  indexes: [['-at']],
};

export class ScoreHistoryRepository extends TeamRepository<ScoreInterval> {
  static readonly database = 'assessments';
  static readonly specs = [points, latest, definitions];
  static readonly retention = [
    { kind: 'posture_history', collection: points.name, field: 'until' },
  ];
  protected readonly spec = points;

  latest(scope: TeamScope): Promise<ScoreLatest | null> {
    return this.of(scope, latest).get(scope.teamId);
  }

  putLatest({ teamId }: TeamScope, item: Pick<ScoreLatest, 'frameworks' | 'recordedUntil'>) {
    return this.of({ teamId }, latest).putMany([{ ...item, id: teamId, teamId }]);
  }

  /** As in the history of states: the new ones first, then the end of those before. */
  async append(scope: TeamScope, at: string, items: readonly Omit<ScoreInterval, keyof TeamDoc>[]) {
    const { teamId } = scope;
    const id = ({ frameworkId }: { frameworkId: string }) => [teamId, frameworkId, at].join(':');
    await this.of(scope).putMany(items.map((item) => ({ ...item, id: id(item), teamId })));
    const ids = items.map(({ frameworkId }) => frameworkId);
    const over = { frameworkId: { in: ids }, at: { lt: at }, until: null };
    await this.of(scope).updateMany(over, { set: { until: at } });
  }

  /** The newest of each framework that holds at a moment. */
  async at(scope: TeamScope, moment: string): Promise<ScoreInterval[]> {
    const holding = { at: { lte: moment }, or: [{ until: null }, { until: { gt: moment } }] };
    const found = new Map<string, ScoreInterval>();
    for await (const page of this.of(scope).each(holding)) {
      for (const item of page) {
        const known = found.get(item.frameworkId);
        if (!known || known.at < item.at) found.set(item.frameworkId, item);
      }
    }
    return [...found.values()].sort((a, b) => (a.frameworkId < b.frameworkId ? -1 : 1));
  }

  /** Of one framework, oldest first, those that hold at any time between two moments. */
  async *between(
    scope: TeamScope,
    frameworkId: string,
    from: string,
    to: string,
  ): AsyncIterable<ScoreInterval> {
    const within = { frameworkId, at: { lte: to }, or: [{ until: null }, { until: { gt: from } }] };
    let after: string | null = null;
    do {
      const page: Page<ScoreInterval> = await this.of(scope).find(within, {
        sort: ['at'],
        limit: 1_000,
        after,
      });
      yield* page.items;
      after = page.nextCursor;
    } while (after !== null);
  }

  addDefinitionChange(scope: TeamScope, change: StoredDefinitionChange): Promise<void> {
    return this.of(scope, definitions).insert(change);
  }

  definitionChanges(scope: TeamScope, limit: number, after?: string) {
    return this.of(scope, definitions).find({}, { sort: ['-at'], limit, after });
  }
}
