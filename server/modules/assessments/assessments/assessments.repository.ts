import type {
  AssessmentDetail,
  AssessmentScore,
  AssessmentSettings,
  AssessmentStatus,
} from '../../../../contract/assessments.js';
import type {
  Changes,
  CollectionSpec,
  TeamDoc,
  TeamScope,
} from '../../../platform/database/collection.js';
import { TeamRepository } from '../../../platform/database/repository.js';
import type { Form } from '../questionnaires/form.rules.js';

export interface StoredAssessment extends TeamDoc {
  name: string;
  questionnaireId: string;
  questionnaireName: string;
  level: number | null;
  status: AssessmentStatus;
  assignee: string | null;
  dueAt: string | null;
  createdAt: string;
  createdBy: string;
  updatedAt: string;
  completedAt: string | null;
  previousId: string | null;
  transitions: AssessmentDetail['transitions'];
  /** As of the last write. */
  score: AssessmentScore;
  /** From when on it is another, as an answer will have expired; null: never. */
  scoreUntil: string | null;
  attribution?: string;
}

/** Lies apart, so that no list loads it. Its id is the assessment's. */
type StoredForm = TeamDoc & Form;
type StoredSettings = TeamDoc & AssessmentSettings;

const assessments: CollectionSpec<StoredAssessment> = {
  name: 'assessments',
  scope: 'team',
  fields: { status: 'string', createdAt: 'string', previousId: 'string' },
  indexes: [['-createdAt'], ['status']],
};
const forms: CollectionSpec<StoredForm> = {
  name: 'assessment_forms',
  scope: 'team',
  fields: { level: 'number' },
};
const settings: CollectionSpec<StoredSettings> = {
  name: 'assessment_settings',
  scope: 'team',
  fields: { validityDays: 'number' },
};

export const OPEN: readonly AssessmentStatus[] = ['draft', 'in_progress', 'reopened'];

export class AssessmentsRepository extends TeamRepository<StoredAssessment> {
  static readonly database = 'assessments';
  static readonly specs = [assessments, forms, settings];
  protected readonly spec = assessments;

  get(scope: TeamScope, id: string) {
    return this.of(scope).get(id);
  }

  page(scope: TeamScope, status: AssessmentStatus | undefined, limit: number, cursor?: string) {
    const filter = status ? { status } : {};
    return this.of(scope).find(filter, { sort: ['-createdAt'], limit, after: cursor ?? null });
  }

  async all(scope: TeamScope): Promise<StoredAssessment[]> {
    const found: StoredAssessment[] = [];
    for await (const page of this.of(scope).each({})) found.push(...page);
    return found;
  }

  async open(scope: TeamScope): Promise<StoredAssessment[]> {
    const page = await this.of(scope).find({ status: { in: OPEN } }, { limit: 1_000 });
    return page.items;
  }

  hasOpen(scope: TeamScope): Promise<boolean> {
    return this.of(scope)
      .count({ status: { in: OPEN } })
      .then((count) => count > 0);
  }

  /** The form first: an assessment without one would be of no use. */
  async add(assessment: StoredAssessment, form: Form): Promise<void> {
    const { id, teamId } = assessment;
    await this.of(assessment, forms).putMany([{ ...form, id, teamId }]);
    await this.of(assessment).insert(assessment);
  }

  /** Null when it is not in one of these states any more. */
  update(
    scope: TeamScope,
    id: string,
    set: NonNullable<Changes['set']>,
    statuses?: readonly AssessmentStatus[],
  ) {
    return this.of(scope).update(id, { set }, statuses ? { status: { in: statuses } } : undefined);
  }

  async remove(scope: TeamScope, id: string): Promise<boolean> {
    const removed = await this.of(scope).remove(id);
    await this.of(scope, forms).remove(id);
    return removed;
  }

  formOf(scope: TeamScope, id: string): Promise<Form | null> {
    return this.of(scope, forms).get(id);
  }

  async settingsOf(scope: TeamScope): Promise<AssessmentSettings | null> {
    const stored = await this.of(scope, settings).get(scope.teamId);
    return stored && { validityDays: stored.validityDays };
  }

  async putSettings(scope: TeamScope, given: AssessmentSettings): Promise<void> {
    const { teamId } = scope;
    await this.of(scope, settings).putMany([{ ...given, id: teamId, teamId }]);
  }
}
