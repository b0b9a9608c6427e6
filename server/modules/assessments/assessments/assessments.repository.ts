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
import { type RetentionRule, TeamRepository } from '../../../platform/database/repository.js';
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
  /** Valid until then, when an answer expires; null for no end. */
  scoreUntil: string | null;
  attribution?: string;
  /** Set for deleted assessments, which can be restored for a while. */
  deletedAt?: string | null;
  deletedBy?: string | null;
}

/** Stored apart, so that lists do not load it. Its id is the assessment's. */
type StoredForm = TeamDoc & Form & { deletedAt?: string | null };
type StoredSettings = TeamDoc & AssessmentSettings;

const assessments: CollectionSpec<StoredAssessment> = {
  name: 'assessments',
  scope: 'team',
  fields: { status: 'string', createdAt: 'string', previousId: 'string', deletedAt: 'string' },
  indexes: [['-createdAt'], ['status']],
  acrossTeams: [['deletedAt'], ['status']],
};
const forms: CollectionSpec<StoredForm> = {
  name: 'assessment_forms',
  scope: 'team',
  fields: { level: 'number', deletedAt: 'string' },
  acrossTeams: [['deletedAt']],
};
const settings: CollectionSpec<StoredSettings> = {
  name: 'assessment_settings',
  scope: 'team',
  fields: { validityDays: 'number' },
};

const LIVING = { deletedAt: { exists: false } };
const KEPT_DELETED = 'deleted_assessments';

export const OPEN: readonly AssessmentStatus[] = ['draft', 'in_progress', 'reopened'];

export class AssessmentsRepository extends TeamRepository<StoredAssessment> {
  static readonly database = 'assessments';
  static readonly specs = [assessments, forms, settings];
  static readonly retention: readonly RetentionRule[] = [
    { kind: KEPT_DELETED, collection: assessments.name, field: 'deletedAt' },
    { kind: KEPT_DELETED, collection: forms.name, field: 'deletedAt' },
  ];
  protected readonly spec = assessments;

  async get(scope: TeamScope, id: string): Promise<StoredAssessment | null> {
    const found = await this.of(scope).get(id);
    return found?.deletedAt ? null : found;
  }

  page(scope: TeamScope, status: AssessmentStatus | undefined, limit: number, cursor?: string) {
    const filter = status ? { ...LIVING, status } : LIVING;
    return this.of(scope).find(filter, { sort: ['-createdAt'], limit, after: cursor ?? null });
  }

  async all(scope: TeamScope): Promise<StoredAssessment[]> {
    const found: StoredAssessment[] = [];
    for await (const page of this.of(scope).each(LIVING)) found.push(...page);
    return found;
  }

  async open(scope: TeamScope): Promise<StoredAssessment[]> {
    const filter = { ...LIVING, status: { in: OPEN } };
    return (await this.of(scope).find(filter, { limit: 1_000 })).items;
  }

  hasOpen(scope: TeamScope): Promise<boolean> {
    return this.of(scope)
      .count({ ...LIVING, status: { in: OPEN } })
      .then((count) => count > 0);
  }

  async teamsWithOpen(): Promise<string[]> {
    const open = { ...LIVING, status: { in: OPEN } };
    const groups = await this.acrossTeams().groupCount(open, ['teamId']);
    return groups.map(({ key }) => String(key[0]));
  }

  /** The form first: an assessment is useless without one. */
  async add(assessment: StoredAssessment, form: Form): Promise<void> {
    const { id, teamId } = assessment;
    await this.of(assessment, forms).putMany([{ ...form, id, teamId }]);
    await this.of(assessment).insert(assessment);
  }

  /** Returns null when it left these states meanwhile. */
  update(
    scope: TeamScope,
    id: string,
    set: NonNullable<Changes['set']>,
    statuses?: readonly AssessmentStatus[],
  ) {
    const only = statuses ? { ...LIVING, status: { in: statuses } } : LIVING;
    return this.of(scope).update(id, { set }, only);
  }

  /** Deleted since then, newest first. */
  deletedPage(scope: TeamScope, since: string, limit: number, cursor?: string) {
    const filter = { deletedAt: { gt: since } };
    return this.of(scope).find(filter, { sort: ['-deletedAt'], limit, after: cursor ?? null });
  }

  /** The assessment before its form, so that an interrupted deletion counts. */
  async markDeleted(scope: TeamScope, id: string, by: string, at: string): Promise<boolean> {
    const set = { deletedAt: at, deletedBy: by };
    const marked = await this.of(scope).update(id, { set }, LIVING);
    await this.of(scope, forms).update(id, { set: { deletedAt: at } });
    return marked !== null;
  }

  /** The form first. Returns null when it was not deleted since then. */
  async unmarkDeleted(
    scope: TeamScope,
    id: string,
    since: string,
  ): Promise<StoredAssessment | null> {
    const only = { deletedAt: { gt: since } };
    if (!(await this.of(scope, forms).update(id, { set: { deletedAt: null } }, only))) return null;
    return this.of(scope).update(id, { set: { deletedAt: null, deletedBy: null } }, only);
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
