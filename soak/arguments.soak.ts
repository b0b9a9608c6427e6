import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { COMMANDS } from '../server/cli/commands.js';
import { EXIT } from '../server/cli/exit-codes.js';
import { Shell } from '../server/cli/shell.js';
import { CliFolder, SAMPLE } from '../server/testing/run-cli.js';
import { testIo } from '../server/testing/test-io.js';
import { randomNumbers } from './random.js';

/** A command line takes as long as a hundred changed inputs. */
const LINES = Math.ceil(Number(process.env.SOAK_INPUTS ?? 100_000) / 100);
const SEED = Number(process.env.SOAK_SEED ?? 1);
const MAX_LINE_MS = 60_000;
const MAX_TEXT = 2_000_000;

/** Run until a signal, or wait for a person. */
const ENDLESS = ['serve', 'worker', 'login', '--watch'];
// No file outside the folder and no address but loopback: a command may overwrite the one and call the other.
const VALUES = [
  ...['', ' ', '-', '--', '-1', '0', '1', '1e309', 'NaN', '9007199254740993', '3.5', 'null'],
  ...['true', '[]', '{"a":1}', '*', '%', '%00', '\u001b[31m', '\u202e', '🦊', 'a'.repeat(70_000)],
  ...[
    'no/such/file',
    '/',
    '.',
    'data',
    'C:\\x',
    'file:///no/such/file',
    '$(id)',
    '`id`',
    ';id',
    '"',
    "'",
  ],
  ...[
    '=1+1',
    '__proto__',
    'constructor',
    'aws',
    '123456789012',
    'high',
    'open',
    'soc2-tsc-2017',
    'A.5.1',
    'CRY-05',
  ],
  ...[
    '2026-02-30',
    '2026-11-01',
    '-271821-04-20',
    '+275760-09-13',
    '10m',
    '* * * * *',
    '0 0 31 2 *',
    '127.0.0.1',
  ],
  ...['::1', 'http://127.0.0.1:1', 'http://[', 'a@example.org', 'sample.json'],
];

interface Option {
  flag: string;
  takesValue: boolean;
}

/** A command that does something, with what may stand behind it. */
interface Leaf {
  words: string[];
  options: Option[];
  positionals: number;
}

let folder: CliFolder;
let leaves: Leaf[];
beforeAll(async () => {
  folder = await CliFolder.make();
  await copyFile(SAMPLE, join(folder.path, 'sample.json'));
  leaves = await allLeaves();
});
afterAll(() => folder?.remove());

async function allLeaves(): Promise<Leaf[]> {
  const shell = new Shell(testIo({ env: folder.env, cwd: folder.path }).io);
  const found: Leaf[] = [];
  const visit = (command: Command, words: string[]) => {
    for (const each of command.commands) visit(each, [...words, each.name()]);
    const options = command.options
      .map(({ long, short, required, optional }) => {
        return { flag: long ?? short ?? '', takesValue: required || optional };
      })
      .filter(({ flag }) => !ENDLESS.includes(flag));
    found.push({ words, options, positionals: command.registeredArguments.length });
  };
  for (const { name, load } of COMMANDS) {
    if (ENDLESS.includes(name)) continue;
    const command = new Command(name);
    (await load())(command, shell);
    visit(command, [name]);
  }
  return found;
}

/** Mostly what the command takes, with values that it may not. */
function lineOf({ words, options, positionals }: Leaf, random: () => number): string[] {
  const pick = <T>(from: readonly T[]) => from[Math.floor(random() * from.length)] as T;
  const line = [...words];
  const count = positionals + (random() < 0.15 ? 1 : 0) - (random() < 0.15 ? 1 : 0);
  for (let n = 0; n < count; n += 1) line.push(pick(VALUES));
  for (let n = Math.floor(random() * 4); n > 0 && options.length > 0; n -= 1) {
    const { flag, takesValue } = pick(options);
    line.push(flag, ...(takesValue && random() < 0.95 ? [pick(VALUES)] : []));
  }
  return line;
}

/** What must not be: null where the command did or refused what it was asked. */
async function problemOf(line: string[]): Promise<string | null> {
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), MAX_LINE_MS);
  });
  try {
    const ended = await Promise.race([folder.run(line, {}, { stdin: '' }), tooLong]);
    if (ended === null) return `still runs after ${MAX_LINE_MS / 1000} s`;
    const { code, stdout, stderr } = ended;
    if (!Object.values(EXIT).some((known) => known === code)) return `exited with ${code}`;
    if (stdout.length + stderr.length > MAX_TEXT) return 'printed too much';
    if (/^ {4}at .*[.:]\d+/m.test(stderr)) return `an unforeseen error: ${stderr.slice(0, 600)}`;
    if (code !== EXIT.ok && `${stdout}${stderr}`.trim() === '')
      return `exited with ${code} without a reason`;
    return null;
  } catch (error) {
    return `threw ${String(error)}`;
  } finally {
    clearTimeout(timer);
  }
}

it(
  'any arguments of any command are carried out or refused with a reason',
  async () => {
    const random = randomNumbers(SEED);
    const failures: unknown[] = [];
    for (let n = 0; n < LINES; n += 1) {
      const line = lineOf(leaves[n % leaves.length] as Leaf, random);
      const problem = await problemOf(line);
      if (problem) failures.push({ line: line.map((word) => word.slice(0, 100)), problem });
    }
    console.log(`${LINES} command lines of ${leaves.length} commands, seed ${SEED}`);
    expect(failures).toEqual([]);
  },
  24 * 60 * 60_000,
);
