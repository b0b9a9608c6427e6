import { attributionsOf, type Catalogue } from '../../catalogue/index.js';
import type { Form } from './form.rules.js';

/** Attributions of the framework and control texts that a form copies. */
export function takenAttributions(
  { questionnaire, questions }: Pick<Form, 'questionnaire' | 'questions'>,
  catalogue: Catalogue,
): string[] {
  const ids = questions.flatMap(({ kind, controls }) =>
    kind === 'control' ? controls.map(({ controlId }) => controlId) : [],
  );
  return attributionsOf([
    catalogue.frameworks.get(questionnaire.framework ?? ''),
    ...ids.map((id) => catalogue.controls.get(id)),
  ]);
}

/** Attributions to show with a form: its own, and of the texts shown beside its questions now. */
export function formAttributions(form: Form, catalogue: Catalogue): string[] {
  const { attributions, questions } = form;
  const taken = attributions ?? takenAttributions(form, catalogue);
  const ids = new Set(questions.flatMap(({ controls }) => controls.map((each) => each.controlId)));
  const named = [...ids].flatMap((id) => [
    catalogue.controls.get(id),
    ...catalogue.requirementsOf(id).map(({ framework }) => framework),
  ]);
  return attributionsOf([...taken.map((attribution) => ({ attribution })), ...named]);
}
