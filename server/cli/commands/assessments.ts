import { stat } from 'node:fs/promises';
import type { Command } from 'commander';
import type { z } from 'zod';
import {
  answerQuestion,
  cloneAssessment,
  createAssessment,
  reopenAssessment,
} from '../../../contract/assessments.js';
import type { Assessments } from '../../modules/assessments/index.js';
import { localOperator } from '../../platform/auth/actor.js';
import { InvalidInputError } from '../../platform/errors.js';
import { answerText, numbersFrom } from '../answer-texts.js';
import { listTable, printAssessment, printAttributions } from '../output/assessment-tables.js';
import { attributionLines } from '../output/attribution-lines.js';
import { bold, cyan, dim } from '../output/style.js';
import { table } from '../output/table.js';
import { writeFileAnswer } from '../output/write-file-answer.js';
import type { Shell } from '../shell.js';
import { fitted, usageError } from '../usage-error.js';
import { withCore } from '../with-core.js';

type Json = { json?: boolean };
const JSON_OPTION = ['--json', 'print one JSON document'] as const;
const MAX_LISTED = 200;

export function addAssessments(assessments: Command, shell: Shell): void {
  const add = (usage: string, description: string) =>
    assessments
      .command(usage)
      .description(description)
      .option(...JSON_OPTION);

  add('questionnaires', 'list the questionnaires').action(({ json }: Json) =>
    withAssessments(shell, async (built) => {
      const items = await built.assessments.questionnaires(localOperator);
      if (json) return shell.printJson({ items });
      const columns = [{ title: 'Id' }, { title: 'Name', grows: 2 }, { title: 'Asks for' }];
      const rows = items.map(({ id, name, version, asks }) => [
        { text: id, paint: cyan },
        `${name} ${version}`,
        asks,
      ]);
      shell.print(table(columns, rows, shell.width));
      for (const line of attributionLines(items, shell.width)) shell.print(line);
    }),
  );
  add('list', 'list the assessments, newest first')
    .option('--deleted', 'only deleted ones that can be restored')
    .action(({ deleted, json }: Json & { deleted?: boolean }) =>
      withAssessments(shell, async ({ assessments: living, deletions }) => {
        const all = { limit: MAX_LISTED };
        const page = await (deleted ? deletions : living).list(localOperator, all);
        if (json) return shell.printJson(page);
        const none = deleted
          ? 'There are no deleted assessments to restore.'
          : 'There are no assessments yet: cspm assessments new <questionnaire> <name>';
        shell.print(page.items.length > 0 ? listTable(page.items, shell.width) : none);
        for (const { id, deleted: gone } of page.items) {
          if (gone)
            shell.print(
              dim(
                `${id}: deleted by ${gone.by} on ${dayOf(gone.at)}, restorable until ${dayOf(gone.restorableUntil)}`,
              ),
            );
        }
        for (const line of attributionLines(page.items, shell.width)) shell.print(line);
      }),
    );
  add(
    'new <questionnaire> <name>',
    'create an assessment; cspm assessments questionnaires lists the ids',
  )
    .option('--level <n>', 'level, for questionnaires that have levels', Number)
    .option('--due <date>', 'e.g. 2027-01-31')
    .option('--assignee <name>', 'who is responsible')
    .action((questionnaireId: string, name: string, options: Json & NewOptions) =>
      withAssessments(shell, async (built) => {
        const { level, assignee } = options;
        const dueAt = options.due && `${options.due}T23:59:59.000Z`;
        const body = fits(createAssessment.body, { questionnaireId, name, level, assignee, dueAt });
        printAssessment(shell, await built.assessments.create(localOperator, body), options);
      }),
    );
  add('show <id>', 'show progress and score per category; with --questions, every answer')
    .option('--questions', 'list the questions with their answers')
    .action((id: string, options: Json & { questions?: boolean }) =>
      withAssessments(shell, async (built) => {
        const detail = await built.assessments.get(localOperator, id);
        if (!options.questions) return printAssessment(shell, detail, options);
        const questions = await built.answers.all(localOperator, id);
        if (options.json) return shell.printJson({ ...detail, questions });
        printAssessment(shell, detail, options, []);
        const columns = [{ title: 'Question' }, { title: 'Title', grows: 3 }, { title: 'Answer' }];
        const rows = questions.map((each) => [
          { text: each.id, paint: cyan },
          each.title,
          answerText(each),
        ]);
        shell.print(`\n${table(columns, rows, shell.width)}`);
        printAttributions(shell, detail.attributions);
      }),
    );
  add('answer <id> <question> <value>', 'answer a question: yes, partially, no or not_applicable')
    .option('--explanation <text>', 'an explanation for the auditor')
    .option('--url <address...>', 'URL of evidence; repeatable')
    .option('--evidence <id...>', 'id of stored evidence; repeatable')
    .option('--owner <name>', 'who is accountable for the answer')
    .option('--days <n>', 'how many days it is valid', Number)
    .option(
      '--step <0-3>',
      'the step, for questions with four steps, such as those of SAMM',
      Number,
    )
    .option(
      '--number <name=n...>',
      'a number that the question asks for, e.g. passwordMinLength=14; repeatable',
    )
    .action((id: string, question: string, value: string, options: Json & AnswerOptions) =>
      withAssessments(shell, async (built) => {
        const body = fits(answerQuestion.body, {
          value: value.replace('-', '_'),
          explanation: options.explanation,
          owner: options.owner,
          validityDays: options.days,
          step: options.step,
          values: options.number && numbersFrom(options.number),
          evidence: [
            ...(options.url ?? []).map((url) => ({ kind: 'url', url })),
            ...(options.evidence ?? []).map((evidenceId) => ({ kind: 'evidence', evidenceId })),
          ],
        });
        const answered = await built.answers.answer(localOperator, id, question, body);
        if (options.json) return shell.printJson(answered);
        shell.print(`${cyan(answered.id)} ${answered.title}: ${bold(value)}`);
        if (answered.answer?.value === 'yes' && answered.answer.support === 'none')
          shell.print(
            dim(
              'counts as partial: give --explanation, --url or --evidence for it to count in full',
            ),
          );
        const also = new Set(answered.alsoAnswers.map(({ frameworkName }) => frameworkName));
        if (also.size > 0) shell.print(dim(`counts in ${[...also].join(', ')}`));
        for (const { text } of answered.conflicts) shell.print(`conflict: ${text}`);
      }),
    );
  add('take-back <id> <question>', 'withdraw an answer and the decisions it made').action(
    (id: string, question: string, { json }: Json) =>
      withAssessments(shell, async (built) => {
        const taken = await built.answers.withdraw(localOperator, id, question);
        if (json) return shell.printJson(taken);
        shell.print(`${cyan(taken.id)} ${taken.title}: withdrawn`);
      }),
  );
  add('autofill <id>', 'fill in what scans and other assessments prove; your own answers are kept')
    .option('--preview', 'show what would be filled in without changing anything')
    .option('--accept <question...>', 'also accept the suggestions for these questions')
    .action((id: string, { preview, accept, json }: Json & AutofillOptions) =>
      withAssessments(shell, async ({ autofill }) => {
        const done = preview
          ? await autofill.preview(localOperator, id)
          : await autofill.fill(localOperator, id, accept);
        if (json) return shell.printJson(done);
        const { set, clear, suggest, conflict } = done.counts;
        shell.print(
          `${set} ${preview ? 'to fill in' : 'filled in'}, ${clear} removed, ${suggest} suggested, ${conflict} in conflict`,
        );
        const columns = [
          { title: 'Question' },
          { title: '' },
          { title: 'Value' },
          { title: 'Sure', align: 'right' as const },
          { title: 'Why', grows: 3 },
        ];
        const rows = done.items.map(({ questionId, action, value, confidence, why }) => [
          { text: questionId, paint: cyan },
          action,
          value ?? '-',
          value ? `${Math.round(confidence * 100)} %` : '-',
          why,
        ]);
        if (rows.length > 0) shell.print(table(columns, rows, shell.width));
      }),
    );
  add('complete <id>', 'complete it and lock its answers').action((id: string, options: Json) =>
    withAssessments(shell, async (built) =>
      printAssessment(shell, await built.assessments.complete(localOperator, id), options),
    ),
  );
  add('reopen <id> <reason>', 'reopen it').action((id: string, reason: string, options: Json) =>
    withAssessments(shell, async (built) =>
      printAssessment(
        shell,
        await built.assessments.reopen(
          localOperator,
          id,
          fits(reopenAssessment.body, { reason }).reason,
        ),
        options,
      ),
    ),
  );
  add('next <id> <name>', 'start the next period with the answers that are still valid').action(
    (id: string, name: string, options: Json) =>
      withAssessments(shell, async (built) => {
        const body = fits(cloneAssessment.body, { name });
        printAssessment(shell, await built.assessments.clone(localOperator, id, body), options);
      }),
  );
  add('delete <id>', 'delete one that was never completed, with the decisions its answers made')
    .requiredOption('--confirm <id>', 'repeat the id to confirm')
    .action((id: string, { confirm, json }: Json & { confirm: string }) => {
      if (confirm !== id) throw usageError(`--confirm must be ${id}`);
      return withAssessments(shell, async (built) => {
        const done = await built.deletions.delete(localOperator, id);
        const { decisions, attestations } = done;
        if (json) return shell.printJson(done);
        shell.print(
          `${id}: deleted; ${decisions} decisions and ${attestations} attestations withdrawn`,
        );
        shell.print(
          dim(`until ${dayOf(done.restorableUntil)}, cspm assessments restore ${id} restores it`),
        );
      });
    });
  add('restore <id>', 'restore a deleted one and its decisions').action(
    (id: string, { json }: Json) =>
      withAssessments(shell, async (built) => {
        const done = await built.deletions.restore(localOperator, id);
        if (json) return shell.printJson(done);
        const { decisions, attestations } = done;
        shell.print(
          `${id}: restored; ${decisions} decisions and ${attestations} attestations in force again`,
        );
      }),
  );
  add('export <id> <file>', 'export it to a .pdf or .xlsx file').action(
    (id: string, file: string, { json }: Json) =>
      withAssessments(shell, async ({ exports }) => {
        const format = /\.(pdf|xlsx)$/.exec(file)?.[1] as 'pdf' | 'xlsx' | undefined;
        if (!format)
          throw new InvalidInputError('the file must end with .pdf or .xlsx', { usage: true });
        await writeFileAnswer(shell, await exports.export(localOperator, id, format), file);
        const { size: bytes } = await stat(shell.io.path(file));
        if (json) shell.printJson({ file, bytes });
        else shell.print(`${file}: ${bytes} bytes`);
      }),
  );
}

interface NewOptions {
  level?: number;
  due?: string;
  assignee?: string;
}
interface AutofillOptions {
  preview?: boolean;
  accept?: string[];
}
interface AnswerOptions {
  explanation?: string;
  url?: string[];
  evidence?: string[];
  owner?: string;
  days?: number;
  number?: string[];
  step?: number;
}

function withAssessments<T>(shell: Shell, work: (built: Assessments) => Promise<T>): Promise<T> {
  return withCore(shell, (core) => asUsageErrors(work(core.container.get('assessments'))));
}

/** Turns input errors of the services, which name request fields, into usage errors. */
function asUsageErrors<T>(done: Promise<T>): Promise<T> {
  return done.catch((error: unknown) => {
    if (!(error instanceof InvalidInputError)) throw error;
    throw usageError(error.message.replace(/^body\./, ''), error);
  });
}

const dayOf = (iso: string) => iso.slice(0, 10);

/** Parses options with the schema that validates requests. */
const fits = <S extends z.ZodType>(schema: S | undefined, value: unknown): z.output<S> =>
  fitted(schema as S, value);
