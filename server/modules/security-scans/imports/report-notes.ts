import type { ReadOutcome } from '../../../scanners/rows/report.js';
import type { ReportSurvey } from './report-survey.js';

/** What an import says about results that state their verdict in two ways. */
export function contradictionNotes({
  contradictions,
}: Pick<ReadOutcome, 'contradictions'>): string[] {
  if (!contradictions) return [];
  const { count, first } = contradictions;
  return [
    `${count === 1 ? '1 result contradicts itself' : `${count} results contradict themselves`}: ` +
      `the worse verdict counts. ${count === 1 ? 'It is' : 'The first is'} ${first}.`,
  ];
}

/** What an import says about rows that it did not take as they are stated. */
export function rowNotes(
  { repeated, nameless }: Pick<ReportSurvey, 'repeated' | 'nameless'>,
  stale: number,
): string[] {
  const notes: string[] = [];
  if (repeated > 0) {
    notes.push(
      repeated === 1
        ? '1 repeated row counts once, with the row that it repeats.'
        : `${repeated} repeated rows count once, with the rows that they repeat.`,
    );
  }
  if (nameless > 0 && stale > 0) {
    const what = nameless === 1 ? '1 result names' : `${nameless} results name`;
    notes.push(
      `${what} no resource: it may be about any finding of the same check that the report lacks, so none of these is closed.`,
    );
  }
  return notes;
}
