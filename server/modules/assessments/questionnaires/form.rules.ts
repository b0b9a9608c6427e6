import type { AssessmentQuestion, QuestionnaireSummary } from '../../../../contract/assessments.js';
import type { Relation } from '../../../../contract/compliance.js';
import {
  type Catalogue,
  type Framework,
  isCounted,
  type Requirement,
  requirementIds,
} from '../../catalogue/index.js';
import type { FrameworkQuestionnaire, ItemQuestionnaire } from './questionnaire-file.js';

/** The subject of a question and its relation to controls. */
export interface Subject {
  kind: 'control' | 'requirement' | 'item';
  controls: readonly { controlId: string; relation: Relation }[];
  /** Controls alone do not cover it: a person must attest the rest. */
  attestation: boolean;
  /** Of a requirement. */
  frameworkId?: string;
  requirementId?: string;
  /** Of a requirement: the numbers that it asks for. */
  numbers?: AssessmentQuestion['numbers'];
}

export interface FormQuestion extends Subject {
  id: string;
  category: string;
  title: string;
  help: string | null;
  level: number | null;
  /** 1–10. */
  weight: number;
  /** Four steps of an answer, and what must hold for one above the first. */
  steps?: readonly string[];
  criteria?: readonly string[];
}

/** The questions of an assessment as they were when it began; library updates do not change them. */
export interface Form {
  questionnaire: QuestionnaireSummary;
  level: number | null;
  categories: readonly { id: string; title: string }[];
  /** Groups of categories whose ids begin with the group's. */
  groups?: readonly { id: string; title: string }[];
  questions: readonly FormQuestion[];
  /** Of third-party texts in it. Older forms have none. */
  attributions?: readonly string[];
}

/** Weight of questions without a control, as of an attestation in posture. */
const PLAIN_WEIGHT = 5;

export const controlQuestion = (controlId: string) => `control:${controlId}`;
export const requirementQuestion = (frameworkId: string, requirementId: string) =>
  `requirement:${frameworkId}/${requirementId}`;

/** The answer to a question, also when it was given under a former id of its requirement. */
export function answerTo<Answer>(
  { id, frameworkId, requirementId }: FormQuestion,
  answers: ReadonlyMap<string, Answer>,
): Answer | undefined {
  if (!frameworkId || !requirementId) return answers.get(id);
  return requirementIds(frameworkId, requirementId)
    .map((each) => answers.get(requirementQuestion(frameworkId, each)))
    .find((answer) => answer !== undefined);
}

/** Every control of the framework once, where it first occurs, and the requirements that need an attestation. */
export function formByControls(framework: Framework, catalogue: Catalogue): FormQuestion[] {
  const asked = new Set<string>();
  return framework.requirements.filter(isCounted).flatMap((requirement) => {
    const questions: FormQuestion[] = [];
    for (const { controlId } of requirement.controls) {
      const control = catalogue.controls.get(controlId);
      if (!control || asked.has(controlId)) continue;
      asked.add(controlId);
      questions.push({
        id: controlQuestion(controlId),
        kind: 'control',
        category: requirement.section,
        title: control.title,
        help: control.intent,
        level: null,
        weight: control.weight,
        controls: [{ controlId, relation: 'equal' }],
        attestation: false,
      });
    }
    if (requirement.attestation || requirement.controls.length === 0) {
      questions.push(questionOf(framework, requirement, catalogue));
    }
    return questions;
  });
}

/** Every requirement of the framework that binds the team. */
export function formByRequirements(framework: Framework, catalogue: Catalogue): FormQuestion[] {
  return framework.requirements
    .filter(isCounted)
    .map((each) => questionOf(framework, each, catalogue));
}

function questionOf(
  framework: Framework,
  { id, section, title, attestation, controls, parameter }: Requirement,
  catalogue: Catalogue,
): FormQuestion {
  const asked = controls.flatMap(({ controlId }) => catalogue.controls.get(controlId) ?? []);
  // Some frameworks have ids only: their controls describe the question.
  const isNamed = title !== id;
  return {
    id: requirementQuestion(framework.id, id),
    kind: 'requirement',
    category: section,
    title: isNamed ? `${id} ${title}` : id,
    help: isNamed ? null : asked.map((control) => control.title).join('; ') || null,
    level: null,
    weight: Math.max(0, ...asked.map(({ weight }) => weight)) || PLAIN_WEIGHT,
    controls: controls.map(({ controlId, relation }) => ({ controlId, relation })),
    attestation,
    frameworkId: framework.id,
    requirementId: id,
    ...(parameter ? { numbers: numbersOf(parameter, catalogue) } : {}),
  };
}

function numbersOf(
  parameter: NonNullable<Requirement['parameter']>,
  { parameters }: Catalogue,
): NonNullable<FormQuestion['numbers']> {
  return Object.entries(parameter).map(([name, limit]) => {
    const { title = name, unit = '' } = parameters.get(name) ?? {};
    return { parameter: name, title, unit, ...limit };
  });
}

/** The items up to the level; all without a level. */
export function formByItems(file: ItemQuestionnaire, level: number | null): FormQuestion[] {
  return file.items
    .filter((item) => level === null || (item.level ?? 1) <= level)
    .map((item) => ({
      id: item.id,
      kind: 'item' as const,
      category: item.category,
      title: item.title,
      help: null,
      level: item.level ?? null,
      weight: PLAIN_WEIGHT,
      ...stepsOf(item, file),
      controls: Object.entries(item.controls).map(([controlId, relation]) => ({
        controlId,
        relation,
      })),
      // Items are narrower than controls: only a covering control answers them.
      attestation: false,
    }));
}

function stepsOf(
  { scale, criteria }: ItemQuestionnaire['items'][number],
  { id, scales = {} }: ItemQuestionnaire,
): Pick<FormQuestion, 'steps' | 'criteria'> {
  if (scale === undefined) return criteria ? { criteria } : {};
  const steps = scales[scale];
  if (!steps) throw new Error(`${id}: there is no scale ${scale}`);
  return criteria ? { steps, criteria } : { steps };
}

export function summaryOfFramework(
  framework: Framework,
  { id, ...about }: Partial<FrameworkQuestionnaire> & { id: string },
  asks: 'controls' | 'requirements',
): QuestionnaireSummary {
  return {
    id,
    name: about.name ?? framework.name,
    version: about.version ?? framework.version,
    publisher: about.publisher ?? framework.publisher,
    about: about.about ?? `Every requirement of ${framework.name}, one question each.`,
    asks,
    framework: framework.id,
    scoring: 'share',
    levels: null,
    source: framework.source ?? null,
    ...(framework.attribution ? { attribution: framework.attribution } : {}),
  };
}

export function summaryOfItems(file: ItemQuestionnaire): QuestionnaireSummary {
  const { id, name, version, publisher, about, scoring, levels, source } = file;
  return {
    ...{ id, name, version, publisher, about, scoring, source },
    asks: 'items',
    framework: null,
    levels: levels ?? null,
  };
}
