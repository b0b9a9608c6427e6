import { broadScores } from '../../../../contract/answer-words.js';
import type { AssessmentScore } from '../../../../contract/assessments.js';
import {
  type Row,
  type Sheet,
  workbookText as text,
  writeWorkbook,
} from '../../../platform/tables/write-workbook.js';
import type { Report } from './report.js';
import {
  answerWord,
  besideScore,
  day,
  evidenceText,
  maturityText,
  pathText,
  sourceOf,
} from './report-words.js';

/** A workbook with two sheets; the same bytes for the same assessment. */
export function workbookOf(report: Report): Promise<Uint8Array> {
  return writeWorkbook([summarySheet(report), answersSheet(report)]);
}

function summarySheet(report: Report): Sheet<never> {
  const { team, assessment } = report;
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
      ...besideScore(report).map(([label, value]) => fact(label, value)),
      [],
      head.map((each) => text(each, 'bold')),
      line('Whole', score),
      ...broadScores(assessment).map(({ title, score: of }) => line(title, of)),
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
      answerWord(answer, question.steps),
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
