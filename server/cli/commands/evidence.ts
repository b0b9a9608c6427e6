import type { Command } from 'commander';
import {
  EvidenceDetail,
  EvidenceItem,
  listEvidence,
  reviseEvidence,
  UPLOAD_KINDS,
  uploadEvidence,
} from '../../../contract/evidence.js';
import type { Evidence } from '../../modules/evidence/index.js';
import { localOperator } from '../../platform/auth/actor.js';
import { itemLines, itemsTable } from '../output/evidence-tables.js';
import { writeFileAnswer } from '../output/write-file-answer.js';
import type { Shell } from '../shell.js';
import { asked, typed, uploadOf, withEvidence } from '../with-evidence.js';
import { addEvidencePackages } from './evidence-packages.js';
import { addEvidenceReviews } from './evidence-reviews.js';

type Json = { json?: boolean };
const JSON_OPTION = ['--json', 'print one JSON document'] as const;

export function addEvidence(evidence: Command, shell: Shell): void {
  addList(shell, evidence);
  addFiles(shell, evidence);
  addEvidenceReviews(evidence, shell);
  addEvidencePackages(evidence, shell);
}

interface ListOptions extends Json {
  expiring?: string;
  search?: string;
  removed?: boolean;
  after?: string;
}

function addList(shell: Shell, evidence: Command): void {
  evidence
    .command('list', { isDefault: true })
    .description('list evidence, newest first')
    .option('--state <states>', 'only these states, comma-separated')
    .option('--kind <kinds>', 'only these kinds, comma-separated')
    .option('--control <id>', 'that supports this control')
    .option('--framework <id>', 'that supports this framework')
    .option('--expiring <days>', 'that expires within so many days')
    .option('--search <text>', 'part of title, file or tool')
    .option('--removed', 'those that were removed')
    .option('--limit <n>', 'so many at most, up to 200', '50')
    .option('--after <cursor>', 'those behind a page, by its nextCursor')
    .option(...JSON_OPTION)
    .action(async ({ json, expiring, search, removed, after, ...filter }: ListOptions) => {
      const wanted = { ...filter, q: search, deleted: String(removed === true), cursor: after };
      const query = asked(
        listEvidence.query,
        { ...wanted, expiringDays: expiring },
        { expiringDays: 'expiring', q: 'search', cursor: 'after' },
      );
      const page = await withEvidence(shell, ({ items }) => items.list(localOperator, query));
      const { nextCursor } = page;
      const found = page.items.map((item) => EvidenceItem.parse(item));
      if (json) return shell.printJson({ evidence: found, nextCursor });
      shell.print(found.length > 0 ? itemsTable(found, shell.width) : 'There is no such evidence.');
      if (nextCursor) shell.print(`There is more: --after ${nextCursor}`);
    });
  evidence
    .command('show <id>')
    .description('one piece of evidence: whether it counts, its quality and why, its reviews')
    .option(...JSON_OPTION)
    .action((id: string, { json }: Json) =>
      withEvidence(shell, async ({ items }) => {
        const item = EvidenceDetail.parse(await items.get(localOperator, id));
        if (json) shell.printJson({ evidence: item });
        else shell.print(itemLines(item));
      }),
    );
}

function addFiles(shell: Shell, evidence: Command): void {
  evidence
    .command('upload <file>')
    .description('upload a file; it waits for review')
    .option('--kind <kind>', UPLOAD_KINDS.join(', '), 'document')
    .option('--title <text>', 'the file’s name, when not given')
    .option('--description <text>', 'what it shows')
    .option('--controls <ids>', 'controls that it supports, comma-separated')
    .option('--requirements <ids>', 'requirements, as framework/id, comma-separated')
    .option('--effective-from <instant>', 'since when it holds, such as 2026-01-01T00:00:00Z')
    .option('--effective-to <instant>', 'until when it holds')
    .option('--collected-at <instant>', 'when it was taken, if that was before today')
    .option(...JSON_OPTION)
    .action(async (file: string, { json, ...options }: Json & Record<string, string>) => {
      const query = asked(uploadEvidence.query, options);
      const item = await withEvidence(shell, async ({ items }) =>
        typed(items.upload(localOperator, await uploadOf(shell, file), query)),
      );
      const { duplicate, ...rest } = uploadEvidence.result.parse(item);
      if (json) return shell.printJson({ evidence: rest, duplicate });
      if (duplicate) shell.print('This content is there already; nothing was changed:');
      shell.print(itemsTable([rest], shell.width));
    });
  evidence
    .command('revise <id> <file>')
    .description('upload a newer content of it, which is reviewed anew; earlier ones stay')
    .option('--effective-from <instant>', 'since when it holds')
    .option('--effective-to <instant>', 'until when it holds')
    .option(...JSON_OPTION)
    .action((id: string, file: string, { json, ...options }: Json & Record<string, string>) => {
      const query = asked(reviseEvidence.query, options);
      return tellChanged(shell, json, async ({ items }) =>
        typed(items.revise(localOperator, id, await uploadOf(shell, file), query)),
      );
    });
  evidence
    .command('download <id>')
    .description('write the content of evidence to a new file')
    .option('--revision <n>', 'of this revision; the newest', Number)
    .option('-o, --output <file>', 'where to write; its own name here')
    .option(...JSON_OPTION)
    .action(
      (id: string, { revision, output, json }: Json & { revision?: number; output?: string }) =>
        withEvidence(shell, async ({ items }) => {
          const content = await items.content(localOperator, id, revision);
          const file = output ?? content.fileName;
          await writeFileAnswer(shell, content, file);
          if (json) shell.printJson({ file });
          else shell.print(file);
        }),
    );
  evidence
    .command('remove <id>')
    .description('remove it, so that it no longer counts; it can be restored')
    .option(...JSON_OPTION)
    .action((id: string, { json }: Json) =>
      tellChanged(shell, json, ({ items }) => items.remove(localOperator, id)),
    );
  evidence
    .command('restore <id>')
    .description('take a removal back')
    .option(...JSON_OPTION)
    .action((id: string, { json }: Json) =>
      tellChanged(shell, json, ({ items }) => items.restore(localOperator, id)),
    );
}

/** Does something to an item and shows what became of it. */
async function tellChanged(
  shell: Shell,
  json: boolean | undefined,
  change: (evidence: Evidence) => Promise<EvidenceDetail>,
): Promise<void> {
  const item = EvidenceDetail.parse(await withEvidence(shell, change));
  if (json) shell.printJson({ evidence: item });
  else shell.print(itemsTable([item], shell.width));
}
