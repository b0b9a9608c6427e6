import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { excerpts, filesWithMark, MARK, PLAIN_SECRETS } from '../testing/planted.js';
import { CliFolder } from '../testing/run-cli.js';
import { testIo } from '../testing/test-io.js';
import { COMMANDS } from './commands.js';
import { maskArguments } from './masked-arguments.js';
import { Shell } from './shell.js';

const SECRET = PLAIN_SECRETS[0] ?? '';

describe('arguments of a command', () => {
  async function given(argv: string[]) {
    const seen: unknown[] = [];
    const program = new Command('cspm')
      .hook('preAction', (_program, command) => maskArguments(command))
      .enablePositionalOptions();
    program
      .command('do')
      .option('--note <text>')
      .option('--ids <id...>')
      .option('--output <file>')
      .option('--json')
      .argument('<name>')
      .argument('[file...]')
      .action((...all) => void seen.push(...all.slice(0, 3)));
    await program.parseAsync(argv, { from: 'user' });
    return seen;
  }

  it('are masked, each of a list too, except files and addresses to scan', async () => {
    const argv = ['do', SECRET, 'a.json', SECRET, '--output', SECRET, '--json'];
    expect(await given([...argv, '--note', `see ${SECRET}`, '--ids', 'a', SECRET])).toEqual([
      'ghp_…masked',
      ['a.json', SECRET],
      { output: SECRET, json: true, note: 'see ghp_…masked', ids: ['a', 'ghp_…masked'] },
    ]);
  });

  it('that are taken as they are, are these', async () => {
    const kept = new Set<string>();
    const { io } = testIo({ env: {}, cwd: '/' });
    for (const { name, load } of COMMANDS) {
      const command = new Command(name);
      (await load())(command, new Shell(io));
      for (const each of withSubcommands(command)) {
        for (const argument of each.registeredArguments) kept.add(argument.name());
        for (const { flags } of each.options) kept.add(/[<[]([\w-]+)/.exec(flags)?.[1] ?? '');
      }
    }
    const places = ['file', 'folder', 'url', 'reference', 'host', 'target', 'cursor'];
    expect(places.filter((place) => !kept.has(place))).toEqual([]);
  });
});

function withSubcommands(command: Command): Command[] {
  return [command, ...command.commands.flatMap(withSubcommands)];
}

describe('a secret that is typed', () => {
  let folder: CliFolder;
  beforeAll(async () => {
    folder = await CliFolder.make();
  });
  afterAll(() => folder.remove());

  it('is neither stored nor printed', async () => {
    const policy = join(folder.path, 'policy.txt');
    await writeFile(policy, `policy\nDB_PASS=${MARK}\n`);
    const printed: string[] = [];
    for (const argv of [
      ['evidence', 'upload', policy, '--title', `t ${SECRET}`, '--description', `d ${SECRET}`],
      ['evidence', 'list', '--json'],
      ['drift', 'snapshot', `s ${SECRET}`],
      ['drift', 'snapshots', '--json'],
      ['override', 'IAC-06', 'implemented', '--reason', `because of ${SECRET}`],
      ['override', '--list', '--json'],
      ['drift', 'snapshot', `s ${SECRET}`, '--unknown', SECRET],
      ['controls', '--at', SECRET],
      ['import', `${SECRET}.json`],
      ['scan', 'web', `https://shop.example/?access_token=${MARK}`],
    ]) {
      const { stdout, stderr } = await folder.run(argv);
      printed.push(...excerpts([`${argv[0]}: ${stdout}`, `${argv[0]}: ${stderr}`]));
    }
    expect(printed).toEqual([]);
    expect((await filesWithMark(folder.env.DATA_DIR ?? '')).map(([name]) => name)).toEqual([]);
  });
});
