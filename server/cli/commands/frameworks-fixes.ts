import type { Command } from 'commander';
import { localOperator } from '../../platform/auth/actor.js';
import { fixLines } from '../output/fix-lines.js';
import { dim, number } from '../output/style.js';
import type { Shell } from '../shell.js';
import { withCore } from '../with-core.js';

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
      const { items, total } = await withCore(shell, ({ compliance }) =>
        compliance.fixes.list(localOperator, { framework, limit: MAX_FIXES }),
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
