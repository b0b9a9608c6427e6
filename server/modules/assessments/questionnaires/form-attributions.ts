import { attributionsOf, type Catalogue } from '../../catalogue/index.js';
import type { Form } from './form.rules.js';

/** Of the texts that a form takes from a framework and from controls as it is made. */
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

/** What has to be shown with a form: the same, and of what is named beside its questions now. */
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
