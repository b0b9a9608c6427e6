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
import { asOptionErrors, parseOptions, uploadOf, withEvidence } from '../with-evidence.js';
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
    .option('--control <id>', 'only evidence for this control')
    .option('--framework <id>', 'only evidence for this framework')
    .option('--expiring <days>', 'that expires within this many days')
    .option('--search <text>', 'text in the title, file name or tool')
    .option('--removed', 'only removed evidence')
    .option('--limit <n>', 'how many, at most 200', '50')
    .option('--after <cursor>', 'continue after this nextCursor')
    .option(...JSON_OPTION)
    .action(async ({ json, expiring, search, removed, after, ...filter }: ListOptions) => {
      const wanted = { ...filter, q: search, deleted: String(removed === true), cursor: after };
      const query = parseOptions(
        listEvidence.query,
        { ...wanted, expiringDays: expiring },
        { expiringDays: 'expiring', q: 'search', cursor: 'after' },
      );
      const page = await withEvidence(shell, ({ items }) => items.list(localOperator, query));
      const { nextCursor } = page;
      const found = page.items.map((item) => EvidenceItem.parse(item));
      if (json) return shell.printJson({ evidence: found, nextCursor });
      shell.print(found.length > 0 ? itemsTable(found, shell.width) : 'No evidence matches.');
      if (nextCursor) shell.print(`More: --after ${nextCursor}`);
    });
  evidence
    .command('show <id>')
    .description('show evidence: whether it counts, its quality and its reviews')
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
    .description('upload a file for review')
    .option('--kind <kind>', UPLOAD_KINDS.join(', '), 'document')
    .option('--title <text>', 'its title (default: the file name)')
    .option('--description <text>', 'what it shows')
    .option('--controls <ids>', 'controls it supports, comma-separated')
    .option('--requirements <ids>', 'requirements, as framework/id, comma-separated')
    .option('--effective-from <instant>', 'start of its validity, e.g. 2026-01-01T00:00:00Z')
    .option('--effective-to <instant>', 'end of its validity')
    .option('--collected-at <instant>', 'when it was collected, if before today')
    .option(...JSON_OPTION)
    .action(async (file: string, { json, ...options }: Json & Record<string, string>) => {
      const query = parseOptions(uploadEvidence.query, options);
      const item = await withEvidence(shell, async ({ items }) =>
        asOptionErrors(items.upload(localOperator, await uploadOf(shell, file), query)),
      );
      const { duplicate, ...rest } = uploadEvidence.result.parse(item);
      if (json) return shell.printJson({ evidence: rest, duplicate });
      if (duplicate) shell.print('This content is already stored; nothing changed:');
      shell.print(itemsTable([rest], shell.width));
    });
  evidence
    .command('revise <id> <file>')
    .description('upload a new revision for review; earlier revisions are kept')
    .option('--effective-from <instant>', 'start of its validity')
    .option('--effective-to <instant>', 'end of its validity')
    .option(...JSON_OPTION)
    .action((id: string, file: string, { json, ...options }: Json & Record<string, string>) => {
      const query = parseOptions(reviseEvidence.query, options);
      return changeAndPrint(shell, json, async ({ items }) =>
        asOptionErrors(items.revise(localOperator, id, await uploadOf(shell, file), query)),
      );
    });
  evidence
    .command('download <id>')
    .description('download evidence to a new file')
    .option('--revision <n>', 'the revision (default: the newest)', Number)
    .option('-o, --output <file>', 'output file (default: its own name)')
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
    .description('remove evidence, so that it no longer counts; it can be restored')
    .option(...JSON_OPTION)
    .action((id: string, { json }: Json) =>
      changeAndPrint(shell, json, ({ items }) => items.remove(localOperator, id)),
    );
  evidence
    .command('restore <id>')
    .description('restore removed evidence')
    .option(...JSON_OPTION)
    .action((id: string, { json }: Json) =>
      changeAndPrint(shell, json, ({ items }) => items.restore(localOperator, id)),
    );
}

/** Does something to an item and shows what became of it. */
async function changeAndPrint(
  shell: Shell,
  json: boolean | undefined,
  change: (evidence: Evidence) => Promise<EvidenceDetail>,
): Promise<void> {
  const item = EvidenceDetail.parse(await withEvidence(shell, change));
  if (json) shell.printJson({ evidence: item });
  else shell.print(itemsTable([item], shell.width));
}
