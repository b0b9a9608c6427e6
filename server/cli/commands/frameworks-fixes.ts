import type { Command } from 'commander';
import { listFixes } from '../../../contract/compliance.js';
import { fixLines } from '../output/fix-lines.js';
import { dim, number } from '../output/style.js';
import { withApi } from '../remote/with-api.js';
import type { Shell } from '../shell.js';

const MAX_LINES = 20;
const MAX_FIXES = 200;

export function addFixes(shell: Shell, frameworks: Command): void {
  frameworks
    .command('fixes')
    .description('failing checks by what fixing them moves: scores, then passing results')
    .argument('[id]', 'slug of a framework; default: all active ones')
    .option('--json', 'print one JSON document')
    .action(async (framework: string | undefined, _: unknown, command: Command) => {
      const { json } = command.optsWithGlobals<{ json?: boolean }>();
      const { items, total } = await withApi(shell, (api) =>
        api.call(listFixes, { query: { framework, limit: MAX_FIXES } }),
      );
      if (json) {
        shell.printJson({ fixes: items, total });
        return;
      }
      const shown = items.slice(0, MAX_LINES);
      if (shown.length === 0) shell.print('No fix moves a figure.');
      for (const line of fixLines(shown, shell.width)) shell.print(line);
      if (total > shown.length) shell.print(dim(`and ${number(total - shown.length)} more`));
    });
}
