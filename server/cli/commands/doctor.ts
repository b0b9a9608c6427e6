import type { Command } from 'commander';
import type { Check } from '../doctor/check.js';
import { EXIT } from '../exit-codes.js';
import { bold, dim, green, red, width, yellow } from '../output/style.js';
import { wrap } from '../output/wrap.js';
import { printJson } from '../print-json.js';

const MARK = { good: green('✓'), warn: yellow('!'), bad: red('✗') };
const NAME_COLUMNS = 26;

export function addDoctor(cspm: Command): void {
  cspm
    .command('doctor')
    .description('check that everything this program needs is there, and which scanners can run')
    .option('--json', 'print one JSON document')
    .action(async ({ json }: { json?: boolean }) => {
      const { examine } = await import('../doctor/examine.js');
      const { checks, tools, hangs } = await examine();
      if (json) printJson({ findings: checks, tools });
      else for (const check of checks) console.log(line(check));
      if (checks.some(({ state }) => state === 'bad')) process.exitCode = EXIT.failed;
      // What does not answer may not end either.
      if (hangs) process.exit();
    });
}

function line({ what, state, detail }: Check): string {
  const [first = '', ...rest] = wrap(detail, width() - NAME_COLUMNS - 2);
  const paint = state === 'good' ? dim : String;
  const indent = ' '.repeat(NAME_COLUMNS + 1);
  return [
    `${MARK[state]} ${bold(what.padEnd(NAME_COLUMNS - 2))} ${paint(first)}`,
    ...rest.map((more) => `${indent}${paint(more)}`),
  ].join('\n');
}
