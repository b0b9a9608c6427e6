import type { DefinitionChange, ScorePoint } from '../../../../contract/compliance.js';
import type {
  CollectionSpec,
  Page,
  TeamDoc,
  TeamScope,
} from '../../../platform/database/collection.js';
import { TeamRepository } from '../../../platform/database/repository.js';
import { closeAllButNewest } from './close-all-but-newest.js';

/** A framework's score from its computation until the next one. */
export interface ScoreInterval extends ScorePoint, TeamDoc {
  until: string | null;
  /** False: the framework is no longer active. */
  active: boolean;
}

/** The last recorded points, so that only differences are recorded. One document per team. */
export interface ScoreLatest extends TeamDoc {
  /** Framework id → its newest point, as JSON without its moment. */
  frameworks: Record<string, string>;
  /** Attestations that ended by then are included. */
  recordedUntil: string;
}

export type StoredDefinitionChange = DefinitionChange & TeamDoc;

const points: CollectionSpec<ScoreInterval> = {
  name: 'score_history',
  scope: 'team',
  fields: { frameworkId: 'string', at: 'string', until: 'string' },
  indexes: [['frameworkId', 'at'], ['until']],
  acrossTeams: [['until']],
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

  /** Like the history of states: writes the new points first, then the end of the previous ones. */
  async append(scope: TeamScope, at: string, items: readonly Omit<ScoreInterval, keyof TeamDoc>[]) {
    const { teamId } = scope;
    const id = ({ frameworkId }: { frameworkId: string }) => [teamId, frameworkId, at].join(':');
    await this.of(scope).putMany(items.map((item) => ({ ...item, id: id(item), teamId })));
    const ids = items.flatMap(({ frameworkId, until }) => (until === null ? [frameworkId] : []));
    // Also what began later, before the clock went back: one point of a framework is open.
    const open = { frameworkId: { in: ids }, at: { ne: at }, until: null };
    await this.of(scope).updateMany(open, { set: { until: at } });
  }

  /** Ends all but the newest open point of each framework, where a crash or a changed clock left several. */
  async closeDoubles(scope: TeamScope): Promise<number> {
    let closed = 0;
    for (const { key, count } of await this.of(scope).groupCount({ until: null }, [
      'frameworkId',
    ])) {
      const [frameworkId = null] = key;
      if (count > 1) closed += await closeAllButNewest(this.of(scope), { frameworkId });
    }
    return closed;
  }

  /** The newest point of each framework at a moment. */
  async at(scope: TeamScope, moment: string): Promise<ScoreInterval[]> {
    const atMoment = { at: { lte: moment }, or: [{ until: null }, { until: { gt: moment } }] };
    const found = new Map<string, ScoreInterval>();
    for await (const page of this.of(scope).each(atMoment)) {
      for (const item of page) {
        const known = found.get(item.frameworkId);
        if (!known || known.at < item.at) found.set(item.frameworkId, item);
      }
    }
    return [...found.values()].sort((a, b) => (a.frameworkId < b.frameworkId ? -1 : 1));
  }

  /** The points of a framework between two moments, oldest first. */
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
