import { type Command, InvalidArgumentError } from 'commander';
import { ImportDetail, ReportImport } from '../../../contract/security-scans.js';
import type { SecurityScans } from '../../modules/security-scans/index.js';
import { localOperator } from '../../platform/auth/actor.js';
import { importDetailLines, importsTable } from '../output/import-tables.js';
import { bold, cyan } from '../output/style.js';
import type { Shell } from '../shell.js';
import { withCore } from '../with-core.js';

type Json = { json?: boolean };
const JSON_OPTION = ['--json', 'print one JSON document'] as const;
const MAX_LISTED = 200;

/** `cspm import list`, `show` and `undo`. */
export function addImportRecords(imports: Command, shell: Shell): void {
  imports
    .command('list')
    .description('list imports, newest first, also those of scans and of the web app')
    .option('--limit <number>', 'how many', limitFrom, 20)
    .option('--cursor <cursor>', 'nextCursor of the previous page')
    .option(...JSON_OPTION)
    .action(async (_: unknown, command: Command) => {
      const { json, limit, cursor } = command.optsWithGlobals<ListOptions>();
      const page = await withCore(shell, ({ scans }) =>
        scans.imports.list(localOperator, limit, cursor),
      );
      const items = page.items.map((item) => ReportImport.parse(item));
      if (json) return shell.printJson({ items, nextCursor: page.nextCursor });
      shell.print(
        items.length > 0 ? importsTable(items, shell.width) : 'There are no imports yet.',
      );
    });
  imports
    .command('show <id>')
    .description('what an import changed, what was not read, and whether it can be undone')
    .option(...JSON_OPTION)
    .action(async (id: string, _: unknown, command: Command) => {
      const item = await withCore(shell, ({ scans }) => detailOf(scans, id));
      if (command.optsWithGlobals<Json>().json) return shell.printJson(item);
      shell.print(importDetailLines(item, shell.width));
    });
  imports
    .command('undo <id>')
    .description(
      'undo an import while nothing newer rests on it: findings, results and controls are as before it',
    )
    .option(...JSON_OPTION)
    .action(async (id: string, _: unknown, command: Command) => {
      const item = await withCore(shell, async ({ scans }) => {
        await scans.undo.undo(localOperator, id);
        return detailOf(scans, id);
      });
      if (command.optsWithGlobals<Json>().json) return shell.printJson(item);
      shell.print(`${cyan(item.id)} ${bold(item.fileName)}: undone`);
    });
}

interface ListOptions extends Json {
  limit: number;
  cursor?: string;
}

async function detailOf(scans: SecurityScans, id: string): Promise<ImportDetail> {
  const item = await scans.imports.get(localOperator, id);
  return ImportDetail.parse({ ...item, undo: await scans.undo.check(item) });
}

function limitFrom(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= MAX_LISTED) return value;
  throw new InvalidArgumentError(`give a whole number from 1 to ${MAX_LISTED}`);
}
