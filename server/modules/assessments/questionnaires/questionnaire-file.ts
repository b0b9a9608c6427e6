import { z } from 'zod';
import { Relation } from '../../../../contract/compliance.js';

/** The format of the files in `catalogue/questionnaires`. */

const text = z.string().min(1);
const head = {
  id: z.string().regex(/^[a-z0-9.-]+$/),
  name: text,
  version: text,
  publisher: text,
  about: text,
};

/** A questionnaire about the controls of a framework, without separate questions. */
export const FrameworkQuestionnaire = z.strictObject({ ...head, framework: text });
export type FrameworkQuestionnaire = z.infer<typeof FrameworkQuestionnaire>;

/** A questionnaire with its own items, each with its controls. */
export const ItemQuestionnaire = z.strictObject({
  ...head,
  /** The publication that the ids were taken from, its ISO date, and how many questions there are. */
  source: z.object({ publication: text, published: z.iso.date(), count: z.number().int() }),
  scoring: z.enum(['share', 'samm']),
  /** Levels to choose from, each of which includes those below. */
  levels: z.number().int().optional(),
  /** The four steps of an answer, by the name that items use. */
  scales: z.record(text, z.array(text).length(4)).optional(),
  /** Groups of categories whose ids begin with the group's: `G` has `G-SM`. */
  groups: z.array(z.object({ id: text, title: text })).optional(),
  categories: z.array(z.object({ id: text, title: text })).min(1),
  items: z.array(
    z.strictObject({
      id: text,
      category: text,
      level: z.number().int().min(1).max(5).optional(),
      title: text,
      scale: text.optional(),
      criteria: z.array(text).min(1).optional(),
      controls: z.record(z.string(), Relation),
    }),
  ),
});
export type ItemQuestionnaire = z.infer<typeof ItemQuestionnaire>;

export const QuestionnaireFile = z.union([FrameworkQuestionnaire, ItemQuestionnaire]);
