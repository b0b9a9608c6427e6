import type { CollectionSpec, TeamScope } from '../../../platform/database/collection.js';
import { type RetentionRule, TeamRepository } from '../../../platform/database/repository.js';
import type { StoredAnswer } from './answer.js';

const answers: CollectionSpec<StoredAnswer> = {
  name: 'assessment_answers',
  scope: 'team',
  fields: {
    assessmentId: 'string',
    questionId: 'string',
    auto: 'boolean',
    value: 'string',
    deletedAt: 'string',
  },
  unique: [['assessmentId', 'questionId']],
  indexes: [['auto']],
  acrossTeams: [['deletedAt']],
};

export const answerId = (assessmentId: string, questionId: string) =>
  `${assessmentId}:${questionId}`;

export class AnswersRepository extends TeamRepository<StoredAnswer> {
  static readonly database = 'assessments';
  static readonly specs = [answers];
  static readonly retention: readonly RetentionRule[] = [
    { kind: 'deleted_assessments', collection: answers.name, field: 'deletedAt' },
  ];
  protected readonly spec = answers;

  get(scope: TeamScope, assessmentId: string, questionId: string) {
    return this.of(scope).get(answerId(assessmentId, questionId));
  }

  /** By question, including withdrawn ones and those of deleted assessments. */
  async ofAssessment(scope: TeamScope, assessmentId: string): Promise<Map<string, StoredAnswer>> {
    const found = new Map<string, StoredAnswer>();
    for await (const page of this.of(scope).each({ assessmentId })) {
      for (const answer of page) found.set(answer.questionId, answer);
    }
    return found;
  }

  /** People's answers in all assessments of the team. */
  async ofPeople(scope: TeamScope): Promise<StoredAnswer[]> {
    const found: StoredAnswer[] = [];
    const living = { auto: false, deletedAt: { exists: false } };
    for await (const page of this.of(scope).each(living)) found.push(...page);
    return found;
  }

  async put(scope: TeamScope, items: readonly StoredAnswer[]): Promise<void> {
    if (items.length > 0) await this.of(scope).putMany(items);
  }

  /** Marks the answers of an assessment that was deleted or restored. */
  markDeleted(scope: TeamScope, assessmentId: string, deletedAt: string | null): Promise<number> {
    const set = deletedAt ? { deletedAt } : { deletedAt, lost: null };
    return this.of(scope).updateMany({ assessmentId }, { set });
  }
}
