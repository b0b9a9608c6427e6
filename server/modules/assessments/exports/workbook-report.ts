import writeExcelFile, { type Row, type Sheet } from 'write-excel-file/node';
import type { AssessmentScore } from '../../../../contract/assessments.js';
import { withFixedTimes } from './archive-times.js';
import type { Report } from './report.js';
import { answerWord, day, evidenceText, maturityText, pathText, sourceOf } from './report-words.js';

/** The limit of a workbook cell. */
const MAX_CHARACTERS = 32_767;

/** A workbook with two sheets; the same bytes for the same assessment. */
export async function workbookOf(report: Report): Promise<Uint8Array> {
  // The sheets are typed for pictures, of which there are none.
  const sheets: Sheet<never>[] = [summarySheet(report), answersSheet(report)];
  const bytes = await writeExcelFile(
    sheets as unknown as Parameters<typeof writeExcelFile>[0] & Sheet<never>[],
  ).toBuffer();
  return withFixedTimes(bytes);
}

function summarySheet({ team, assessment }: Report): Sheet<never> {
  const { score, maturityOf } = assessment;
  const fact = (label: string, value: string | number): Row => [
    text(label, 'bold'),
    typeof value === 'number' ? value : text(value),
  ];
  const head = [
    'Category',
    'Floor %',
    'Ceiling %',
    'Coverage %',
    'Questions',
    'Answered',
    'Maturity',
  ];
  const line = (title: string, of: AssessmentScore): Row => [
    text(title),
    of.floor,
    of.ceiling,
    of.coverage,
    of.questions,
    of.answered,
    text(maturityText(of, maturityOf)),
  ];
  return {
    sheet: 'Summary',
    columns: [{ width: 44 }, ...head.slice(1).map(() => ({ width: 14 }))],
    data: [
      fact('Assessment', assessment.name),
      fact('Team', team),
      fact('Questionnaire', assessment.questionnaireName),
      ...(assessment.level === null ? [] : [fact('Level', assessment.level)]),
      fact('Status', assessment.status.replace('_', ' ')),
      fact('Assignee', assessment.assignee ?? '-'),
      fact('Due', day(assessment.dueAt)),
      fact('Completed', day(assessment.completedAt)),
      fact('Last change', day(assessment.updatedAt)),
      fact('Filled in automatically', score.auto),
      fact('Expired', score.expired),
      [],
      head.map((each) => text(each, 'bold')),
      line('Whole', score),
      ...assessment.categories.map(({ id, title, score: of }) => line(`${id} ${title}`, of)),
      ...(assessment.attributions.length > 0 ? [[]] : []),
      ...assessment.attributions.map((attribution): Row => [text(attribution)]),
    ],
  };
}

const COLUMNS = [
  ['Category', 16],
  ['Question', 24],
  ['Title', 50],
  ['Answer', 16],
  ['Explanation', 60],
  ['Evidence', 40],
  ['Owner', 20],
  ['Source', 34],
  ['Path', 50],
  ['Valid until', 14],
  ['Controls', 24],
  ['Conflicts', 50],
] as const;

function answersSheet({ questions, assessment }: Report): Sheet<never> {
  const rows = questions.map((question): Row => {
    const { answer } = question;
    return [
      question.category,
      question.id,
      question.title,
      answerWord(answer),
      answer?.explanation ?? '',
      evidenceText(answer?.evidence ?? []),
      answer?.owner ?? '',
      sourceOf(answer),
      pathText(answer),
      answer ? day(answer.expiresAt) : '',
      question.controls.map(({ id }) => id).join(', '),
      question.conflicts.map((conflict) => conflict.text).join(' '),
    ].map((each) => text(each));
  });
  return {
    sheet: 'Answers',
    stickyRowsCount: 1,
    columns: COLUMNS.map(([, width]) => ({ width })),
    data: [
      COLUMNS.map(([title]) => text(title, 'bold')),
      ...rows,
      // Sheets are copied alone.
      ...assessment.attributions.map((attribution): Row => [text(attribution)]),
    ],
  };
}

/**
 * Text that stays text even when the sheet is saved as CSV and reopened: an apostrophe precedes what would start a
 * formula. Control characters are not allowed in XML.
 */
function text(value: string, weight?: 'bold') {
  const plain = value.replace(/[^\P{Cc}\n\t]/gu, '');
  const safe = /^[\s]*[=+\-@|%]|^[\t\r\n]/.test(plain) && plain !== '-' ? `'${plain}` : plain;
  return {
    type: String,
    value: safe.slice(0, MAX_CHARACTERS),
    wrap: true,
    alignVertical: 'top' as const,
    ...(weight ? { fontWeight: weight } : {}),
  };
}
