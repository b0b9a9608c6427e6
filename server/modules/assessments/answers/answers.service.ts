import type { z } from 'zod';
import type {
  AssessmentQuestion,
  answerQuestion,
  listQuestions,
} from '../../../../contract/assessments.js';
import type { Actor } from '../../../platform/auth/actor.js';
import type { Page } from '../../../platform/database/collection.js';
import { InvalidInputError, NotFoundError } from '../../../platform/errors.js';
import type { Platform } from '../../../platform/platform.js';
import type { AssessmentReader, Loaded } from '../assessments/assessment-reader.js';
import { type AssessmentsService, begunBy, leaseOf } from '../assessments/assessments.service.js';
import { answersCompared } from '../assessments.events.js';
import { ControlMappingEngine } from '../mapping/control-mapping-engine.js';
import type { MappingParts } from '../mapping/statements.service.js';
import type { FormQuestion } from '../questionnaires/form.rules.js';
import type { StoredAnswer } from './answer.js';
import type { AnswerEffects } from './answer-effects.service.js';
import { type AnswersRepository, answerId } from './answers.repository.js';
import { viewOf } from './question-view.rules.js';
import { answeredStep } from './steps.rules.js';

export interface AnswersDeps {
  mapping: MappingParts;
  platform: Pick<Platform, 'audit' | 'events' | 'clock' | 'leases'>;
  answers: AnswersRepository;
  reader: AssessmentReader;
  assessments: AssessmentsService;
  effects: AnswerEffects;
}

type Given = z.output<NonNullable<typeof answerQuestion.body>>;
type Asked = z.output<NonNullable<typeof listQuestions.query>>;

const MAX_HISTORY = 50;
const MIN_REASON = 10;

/** The questions of an assessment and people's answers. */
export class AnswersService {
  constructor(private readonly deps: AnswersDeps) {}

  async list(actor: Actor, assessmentId: string, asked: Asked): Promise<Page<AssessmentQuestion>> {
    const loaded = await this.deps.reader.load(actor, assessmentId);
    const view = await this.#view(actor, loaded);
    const words = asked.q?.toLowerCase() ?? '';
    const wanted = loaded.form.questions.filter(
      ({ id, title, category }) =>
        (!asked.category || category === asked.category) &&
        `${id} ${title}`.toLowerCase().includes(words),
    );
    const shown = wanted.map(view).filter((question) => isShown(question, asked.show));
    const from = asked.cursor ? shown.findIndex(({ id }) => id === asked.cursor) : 0;
    if (from < 0) {
      // Its question was answered meanwhile, or the cursor is of another list.
      throw new InvalidInputError(
        'query.cursor: the list has changed; reload it from the first page',
      );
    }
    const next = shown[from + asked.limit]?.id ?? null;
    return { items: shown.slice(from, from + asked.limit), nextCursor: next };
  }

  /** All of them, for a document. */
  async all(actor: Actor, assessmentId: string): Promise<AssessmentQuestion[]> {
    const loaded = await this.deps.reader.load(actor, assessmentId);
    return loaded.form.questions.map(await this.#view(actor, loaded));
  }

  async answer(
    actor: Actor,
    assessmentId: string,
    questionId: string,
    given: Given,
  ): Promise<AssessmentQuestion> {
    const { reader, assessments } = this.deps;
    const { leases, audit, events } = this.deps.platform;
    requireReason(given);
    const { explanation } = given;
    const answered = await leases.hold(leaseOf(assessmentId), async () => {
      const loaded = await reader.loadOpen(actor, assessmentId);
      const question = questionOf(loaded, questionId);
      const days = given.validityDays ?? (await assessments.settings(actor)).validityDays;
      const stored = this.#stored(actor, loaded, question, given, days);
      await this.#put(actor, loaded, stored);
      const { value } = given;
      await audit.record(actor, 'assessment.answered', assessmentId, {
        questionId,
        value,
        explanation,
      });
      return (await this.#view(actor, loaded))(question);
    });
    await events.emit(answersCompared, { teamId: actor.teamId });
    return answered;
  }

  async withdraw(
    actor: Actor,
    assessmentId: string,
    questionId: string,
  ): Promise<AssessmentQuestion> {
    const { reader, effects, answers } = this.deps;
    const { leases, audit, events } = this.deps.platform;
    const withdrawn = await leases.hold(leaseOf(assessmentId), async () => {
      const loaded = await reader.loadOpen(actor, assessmentId);
      const question = questionOf(loaded, questionId);
      const before = loaded.answers.get(questionId);
      if (!before?.value) throw new NotFoundError('there is no answer to withdraw');
      const at = this.deps.platform.clock.now().toISOString();
      const gone = {
        ...before,
        value: null,
        decidedAt: await effects.undo(actor, before),
        auto: true,
        history: historyOf(before),
        by: actor.name,
        at,
      };
      await answers.put(actor, [gone]);
      loaded.answers.set(questionId, gone);
      await reader.rescore(actor, loaded, { updatedAt: at });
      await audit.record(actor, 'assessment.answer_withdrawn', assessmentId, { questionId });
      return (await this.#view(actor, loaded))(question);
    });
    await events.emit(answersCompared, { teamId: actor.teamId });
    return withdrawn;
  }

  async #put(actor: Actor, loaded: Loaded, stored: StoredAnswer): Promise<void> {
    const { answers, effects, reader } = this.deps;
    const { assessment } = loaded;
    const before = loaded.answers.get(stored.questionId);
    // The answer first, so that every effect has its answer.
    await answers.put(actor, [{ ...stored, decidedAt: before?.decidedAt ?? null }]);
    const decidedAt = await effects.bringAbout(actor, assessment.name, stored, before);
    const whole = { ...stored, decidedAt };
    await answers.put(actor, [whole]);
    loaded.answers.set(stored.questionId, whole);
    const begun = begunBy(assessment, actor.name, stored.at);
    await reader.rescore(actor, loaded, { ...begun, updatedAt: stored.at });
  }

  #stored(
    actor: Actor,
    { assessment, answers }: Loaded,
    question: FormQuestion,
    { explanation, evidence, owner, values, ...given }: Given,
    validityDays: number,
  ): StoredAnswer {
    const now = this.deps.platform.clock.now();
    const before = answers.get(question.id);
    const { kind, controls, attestation, frameworkId, requirementId, numbers } = question;
    requireAskedNumbers(numbers, values);
    const answered = answeredStep(question, given);
    return {
      id: answerId(assessment.id, question.id),
      teamId: actor.teamId,
      assessmentId: assessment.id,
      questionId: question.id,
      title: question.title,
      subject: { kind, controls, attestation, frameworkId, requirementId },
      ...{ ...answered, explanation, evidence, owner },
      ...(values ? { values } : {}),
      auto: false,
      confidence: 1,
      path: [],
      by: actor.name,
      at: now.toISOString(),
      expiresAt: new Date(now.getTime() + validityDays * 86_400_000).toISOString(),
      history: before ? historyOf(before) : [],
      decidedAt: null,
    };
  }

  async #view(actor: Actor, { assessment, answers }: Loaded) {
    const { statements, catalogues, settings } = this.deps.mapping;
    const { clock } = this.deps.platform;
    const catalogue = await catalogues.of(actor);
    const { autoSatisfyShare } = await settings.settings(actor);
    const weightOf = (id: string) => catalogue.controls.get(id)?.weight ?? 5;
    const engine = new ControlMappingEngine({ weightOf, autoSatisfyShare });
    const facts = engine.facts((await statements.known(actor))(assessment.id));
    const now = clock.now().toISOString();
    return (question: FormQuestion) =>
      viewOf(question, answers.get(question.id), { catalogue, facts, now });
  }
}

export function historyOf({
  value,
  explanation,
  auto,
  by,
  at,
  history,
}: StoredAnswer): StoredAnswer['history'] {
  return [{ value, explanation, auto, by, at }, ...history].slice(0, MAX_HISTORY);
}

function questionOf({ form }: Loaded, questionId: string): FormQuestion {
  const question = form.questions.find(({ id }) => id === questionId);
  if (!question) throw new NotFoundError('no such question');
  return question;
}

/** “Not applicable” removes a question from the score, so auditors need a reason. */
function requireReason({ value, explanation }: Given): void {
  if (value !== 'not_applicable' || explanation.length >= MIN_REASON) return;
  const message = `state why it does not apply, in at least ${MIN_REASON} characters`;
  const errors = [{ path: 'body.explanation', message }];
  throw new InvalidInputError(`body.explanation: ${message}`, { errors });
}

function requireAskedNumbers(numbers: FormQuestion['numbers'] = [], values: object = {}): void {
  const unknown = Object.keys(values).find(
    (name) => !numbers.some(({ parameter }) => parameter === name),
  );
  if (unknown === undefined) return;
  const message = 'the question does not ask for this number';
  const errors = [{ path: `body.values.${unknown}`, message }];
  throw new InvalidInputError(`body.values.${unknown}: ${message}`, { errors });
}

function isShown({ answer, conflicts }: AssessmentQuestion, show: Asked['show']): boolean {
  if (show === 'unanswered') return !answer || answer.expired;
  if (show === 'auto') return answer?.auto === true;
  if (show === 'expired') return answer?.expired === true;
  return show === 'conflicts' ? conflicts.length > 0 : true;
}
