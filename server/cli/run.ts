import { Command, CommanderError } from 'commander';
import { version } from '../package-root.js';
import { maskSecrets } from '../scanners/secrets/mask-secrets.js';
import { COMMANDS } from './commands.js';
import { EXIT } from './exit-codes.js';
import type { Io } from './io.js';
import { maskArguments } from './masked-arguments.js';
import { Shell } from './shell.js';

/** Runs one command and returns its exit code. `serve` and `worker` keep running until a signal. */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  const shell = new Shell(io);
  try {
    const program = await programFor(argv, shell);
    await program.parseAsync(argv, { from: 'user' });
    return shell.exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    const { reportError } = await import('./report-error.js');
    return reportError(error, shell);
  }
}

/** Lists all commands, but loads only the one named in `argv`. */
async function programFor(argv: readonly string[], shell: Shell): Promise<Command> {
  const { stdout, stderr, hasColours } = shell.io;
  const program = new Command('cspm')
    .description(
      'Turns scans and scanner reports into findings, control status and framework posture.',
    )
    .version(version)
    .showHelpAfterError('(cspm --help and cspm <command> --help describe the usage)')
    // An option belongs to the command before it: `cspm controls mappings list --json`.
    .enablePositionalOptions()
    .hook('preAction', (_program, command) => {
      maskArguments(command);
      shell.server = command.optsWithGlobals<{ server?: string }>().server;
    })
    .exitOverride()
    .configureOutput({
      writeOut: (text) => stdout.write(text),
      // A value that an option refuses is quoted.
      writeErr: (text) => stderr.write(maskSecrets(text)),
      getOutHelpWidth: () => (stdout.isTTY && stdout.columns) || 80,
      getErrHelpWidth: () => (stderr.isTTY && stderr.columns) || 80,
      getOutHasColors: () => hasColours,
      getErrHasColors: () => hasColours,
    })
    .addHelpText(
      'after',
      '\nExit codes: 0 success · 1 failure · 2 usage error · 3 --fail-on gate failed',
    );
  const [first, second] = argv.filter((word) => !word.startsWith('-'));
  const named = first === 'help' ? second : first;
  for (const { name, summary, load, hasServer } of COMMANDS) {
    const command = program.command(name).description(summary);
    if (name !== named) continue;
    (await load())(command, shell);
    if (hasServer) addServerOption(command);
  }
  // Set last, so that subcommands do not inherit it.
  return program.configureHelp({ subcommandTerm: (command) => termOf(command.name()) });
}

/** With its subcommands, so that it may stand behind each word. */
function addServerOption(command: Command): void {
  command.option(
    '--server <url>',
    'a server instead of this machine (CSPM_URL, with a key in CSPM_API_KEY or from cspm login); “local”: this machine',
  );
  for (const subcommand of command.commands) addServerOption(subcommand);
}

function termOf(name: string): string {
  const usage = COMMANDS.find((entry) => entry.name === name)?.usage;
  if (name === 'help') return 'help [command]';
  return usage ? `${name} ${usage}` : name;
}
