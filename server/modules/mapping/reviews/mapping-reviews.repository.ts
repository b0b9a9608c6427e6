import type { MatchReason, Relation } from '../../../../contract/compliance.js';
import type { ReviewVerdict } from '../../../../contract/mapping-review.js';
import type {
  CollectionSpec,
  Filter,
  FindOptions,
  Page,
  TeamDoc,
  TeamScope,
} from '../../../platform/database/collection.js';
import { TeamRepository } from '../../../platform/database/repository.js';

/** A review of one check and one control. Never removed: revoked ones are history. */
export interface StoredReview extends TeamDoc {
  tool: string;
  checkId: string;
  /** Empty: for every provider. */
  provider: string;
  controlId: string;
  verdict: ReviewVerdict;
  relation: Relation | null;
  reason: string;
  actor: string;
  at: string;
  proposed: MatchReason | null;
  /** Increases within the edge: the last one that is not revoked is in force. */
  seq: number;
  revokedAt: string | null;
  revokedBy: string | null;
}

/** Whether a process's cache of the team's reviews is complete. */
interface ReviewsMark extends TeamDoc {
  version: number;
  /** A write has started and may not have ended: nothing may be cached. */
  writing: boolean;
}

const reviews: CollectionSpec<StoredReview> = {
  name: 'mapping_reviews',
  scope: 'team',
  fields: {
    tool: 'string',
    checkId: 'string',
    controlId: 'string',
    verdict: 'string',
    at: 'string',
    revokedAt: 'string',
  },
  indexes: [['-at'], ['checkId', '-at'], ['controlId', '-at'], ['revokedAt']],
};
const marks: CollectionSpec<ReviewsMark> = {
  name: 'mapping_review_marks',
  scope: 'team',
  fields: {},
};

export class MappingReviewsRepository extends TeamRepository<StoredReview> {
  static readonly database = 'assessments';
  static readonly specs = [reviews, marks];
  protected readonly spec = reviews;

  find(scope: TeamScope, filter: Filter, options: FindOptions): Promise<Page<StoredReview>> {
    return this.of(scope).find(filter, options);
  }

  byIds(scope: TeamScope, ids: readonly string[]): Promise<StoredReview[]> {
    return this.of(scope).getMany(ids);
  }

  /** Every review that is not revoked. */
  async unrevoked(scope: TeamScope): Promise<StoredReview[]> {
    const found: StoredReview[] = [];
    for await (const page of this.of(scope).each({ revokedAt: null })) found.push(...page);
    return found;
  }

  /** The version of the last complete write; null while a write is in progress. */
  async version(scope: TeamScope): Promise<number | null> {
    const mark = await this.of(scope, marks).get(scope.teamId);
    return mark?.writing ? null : (mark?.version ?? 0);
  }

  /** Writes reviews so that no process keeps a stale cache, even if this one dies during the write. */
  async put(scope: TeamScope, items: readonly StoredReview[]): Promise<void> {
    const { teamId } = scope;
    const before = (await this.of(scope, marks).get(teamId))?.version ?? 0;
    const mark = (version: number, writing: boolean) =>
      this.of(scope, marks).putMany([{ id: teamId, teamId, version, writing }]);
    await mark(before + 1, true);
    await this.of(scope).putMany(items);
    await mark(before + 2, false);
  }
}
