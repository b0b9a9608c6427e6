import { broadScores } from '../../../contract/answer-words.js';
import type { AssessmentDetail, AssessmentScore } from '../../../contract/assessments.js';
import type { Shell } from '../shell.js';
import { attributionLines } from './attribution-lines.js';
import { bold, cyan, dim } from './style.js';
import { table } from './table.js';

const FIGURES = [
  { title: 'Score', align: 'right' },
  { title: 'Ceiling', align: 'right' },
  { title: 'Answered', align: 'right' },
  { title: 'Maturity', align: 'right' },
] as const;

function figuresOf({ floor, ceiling, answered, questions, maturity }: AssessmentScore): string[] {
  const percent = (value: number | null) => (value === null ? '-' : `${value} %`);
  return [percent(floor), percent(ceiling), `${answered}/${questions}`, String(maturity ?? '-')];
}

/** Assessments with progress and score. */
export function listTable(
  items: readonly Pick<AssessmentDetail, 'id' | 'name' | 'status' | 'score'>[],
  room: number,
): string {
  return table(
    [{ title: 'Id' }, { title: 'Name', grows: 2 }, { title: 'Status' }, ...FIGURES],
    items.map(({ id, name, status, score }) => [
      { text: id, paint: cyan },
      name,
      status,
      ...figuresOf(score),
    ]),
    room,
  );
}

/** Prints one assessment by category. */
export function printAssessment(
  shell: Shell,
  detail: AssessmentDetail,
  { json }: { json?: boolean },
  attributions = detail.attributions,
): void {
  if (json) {
    shell.printJson(detail);
    return;
  }
  const { id, name, questionnaireName, status, categories, score } = detail;
  shell.print(
    `${cyan(id)} ${bold(name)}\n${dim(`${questionnaireName}, ${status.replace('_', ' ')}`)}\n`,
  );
  const rows = categories.map((each) => [`${each.id} ${each.title}`, ...figuresOf(each.score)]);
  const broad = broadScores(detail).map((each) => [each.title, ...figuresOf(each.score)]);
  shell.print(
    table(
      [{ title: 'Category', grows: 2 }, ...FIGURES],
      [...rows, ...broad, ['Whole', ...figuresOf(score)]],
      shell.width,
    ),
  );
  printAttributions(shell, attributions);
}

/** Prints attributions, each once. */
export function printAttributions(shell: Shell, texts: readonly string[]): void {
  for (const line of attributionLines(
    texts.map((attribution) => ({ attribution })),
    shell.width,
  ))
    shell.print(line);
}
