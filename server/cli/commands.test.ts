import { Command } from 'commander';
import { expect, test } from 'vitest';
import { testIo } from '../testing/test-io.js';
import { COMMANDS } from './commands.js';
import { Shell } from './shell.js';

test.each(COMMANDS)('$name is listed with its arguments', async ({ name, usage, load }) => {
  const program = new Command();
  const command = program.command(name);
  (await load())(command, new Shell(testIo().io));
  const term = program.createHelp().subcommandTerm(command);
  expect(term).toBe(usage ? `${name} ${usage}` : name);
});
