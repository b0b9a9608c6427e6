import { type Command, InvalidArgumentError } from 'commander';
import { undoImport } from '../../../contract/import-undo.js';
import { getImport, listImports } from '../../../contract/security-scans.js';
import { importDetailLines, importsTable } from '../output/import-tables.js';
import { bold, cyan } from '../output/style.js';
import { withApi } from '../remote/with-api.js';
import type { Shell } from '../shell.js';

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
      const page = await withApi(shell, (api) =>
        api.call(listImports, { query: { limit, cursor } }),
      );
      const { items } = page;
      if (json) return shell.printJson(page);
      shell.print(
        items.length > 0 ? importsTable(items, shell.width) : 'There are no imports yet.',
      );
    });
  imports
    .command('show <id>')
    .description('what an import changed, what was not read, and whether it can be undone')
    .option(...JSON_OPTION)
    .action(async (id: string, _: unknown, command: Command) => {
      const item = await withApi(shell, (api) => api.call(getImport, { params: { importId: id } }));
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
      const item = await withApi(shell, (api) =>
        api.call(undoImport, { params: { importId: id } }),
      );
      if (command.optsWithGlobals<Json>().json) return shell.printJson(item);
      shell.print(`${cyan(item.id)} ${bold(item.fileName)}: undone`);
    });
}

interface ListOptions extends Json {
  limit: number;
  cursor?: string;
}

function limitFrom(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= MAX_LISTED) return value;
  throw new InvalidArgumentError(`give a whole number from 1 to ${MAX_LISTED}`);
}
