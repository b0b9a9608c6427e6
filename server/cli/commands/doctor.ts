import type { Command } from 'commander';
import type { Check } from '../doctor/check.js';
import { sizeOf } from '../doctor/size-of.js';
import { EXIT } from '../exit-codes.js';
import { bold, dim, green, red, yellow } from '../output/style.js';
import { wrap } from '../output/wrap.js';
import type { Shell } from '../shell.js';

const MARK = { good: green('✓'), warn: yellow('!'), bad: red('✗') };
const NAME_COLUMNS = 26;

interface Options {
  json?: boolean;
  moveFiles?: boolean;
  repairTimes?: boolean;
  startEmpty?: string;
}

export function addDoctor(command: Command, shell: Shell): void {
  command
    .option('--json', 'print one JSON document')
    .option('--move-files', 'move files of former releases from DATA_DIR to where BLOBS keeps them')
    .option('--repair-times', 'set stored times in the future, left by a wrong clock, to now')
    .option('--start-empty <database>', 'give up the data of a lost database, which starts empty')
    .action(async ({ json, moveFiles: isMove, repairTimes: isRepair, startEmpty }: Options) => {
      if (startEmpty) {
        const { startEmpty: giveUp } = await import('../doctor/start-empty.js');
        await giveUp(shell, startEmpty);
        if (json) shell.printJson({ startsEmpty: startEmpty });
        else shell.print(`${startEmpty} starts empty`);
        return;
      }
      if (isRepair) {
        const { repairTimes } = await import('../doctor/clock-check.js');
        const repaired = await repairTimes(shell);
        if (json) shell.printJson({ repaired });
        else shell.print(`${repaired} ${repaired === 1 ? 'record' : 'records'} repaired`);
        return;
      }
      if (isMove) {
        const { moveFiles } = await import('../doctor/file-checks.js');
        const moved = await moveFiles(shell);
        if (json) shell.printJson({ moved });
        else shell.print(`${sizeOf(moved)} moved`);
        return;
      }
      const { examine } = await import('../doctor/examine.js');
      const { checks, tools, hangs } = await examine(shell);
      if (json) shell.printJson({ findings: checks, tools });
      else for (const check of checks) shell.print(line(check, shell.width));
      if (checks.some(({ state }) => state === 'bad')) shell.exitCode = EXIT.failed;
      // A check that hangs may keep the process alive.
      if (hangs) shell.io.exit(shell.exitCode);
    });
}

function line({ what, state, detail }: Check, room: number): string {
  const [first = '', ...rest] = wrap(detail, room - NAME_COLUMNS - 2);
  const paint = state === 'good' ? dim : String;
  const indent = ' '.repeat(NAME_COLUMNS + 1);
  return [
    `${MARK[state]} ${bold(what.padEnd(NAME_COLUMNS - 2))} ${paint(first)}`,
    ...rest.map((more) => `${indent}${paint(more)}`),
  ].join('\n');
}
