#!/usr/bin/env node
import { inspect } from 'node:util';
import { Command, CommanderError } from 'commander';
import { version } from '../package-root.js';
import { ConfigError } from '../platform/config/config.js';
import { AppError } from '../platform/errors.js';
import { scrub } from '../platform/log/structured-logging.js';
import { addAccount } from './commands/account.js';
import { addAssess } from './commands/assess.js';
import { addAssessments } from './commands/assessments.js';
import { addConfig } from './commands/config.js';
import { addControls } from './commands/controls.js';
import { addDoctor } from './commands/doctor.js';
import { addDrift } from './commands/drift.js';
import { addEvidence } from './commands/evidence.js';
import { addFrameworks } from './commands/frameworks.js';
import { addImport } from './commands/import.js';
import { addImportScf } from './commands/import-scf.js';
import { addMap } from './commands/map.js';
import { addOverride } from './commands/override.js';
import { addScan } from './commands/scan.js';
import { addScans } from './commands/scans.js';
import { addSchedules } from './commands/schedules.js';
import { addServe } from './commands/serve.js';
import { addTargets } from './commands/targets.js';
import { addWorker } from './commands/worker.js';
import { EXIT } from './exit-codes.js';
import { red } from './output/style.js';

const program = new Command('cspm')
  .description('Scans and scanner reports become findings, control status and framework posture.')
  .version(version)
  .showHelpAfterError('(cspm --help, or cspm <command> --help, lists what there is)')
  // Options belong to the command that they stand behind: `cspm controls mappings list --json`.
  .enablePositionalOptions()
  .exitOverride()
  .addHelpText(
    'after',
    '\nExit codes: 0 done · 1 failed · 2 wrong use · 3 a gate of --fail-on said no',
  );

for (const add of [
  addAssess,
  addImport,
  addScan,
  addScans,
  addAccount,
  addTargets,
  addSchedules,
  addServe,
  addWorker,
  addFrameworks,
  addControls,
  addAssessments,
  addOverride,
  addMap,
  addEvidence,
  addDrift,
  addImportScf,
  addDoctor,
  addConfig,
]) {
  add(program);
}

// A reader that closes early (`cspm … | head`) is no error: the command goes on to its own exit code.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = tell(error);
}

/** Says what went wrong, in one line where it is known, and answers the exit code. */
function tell(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  if (error instanceof AppError) {
    console.error(`${red('error:')} ${error.message}`);
    return error.details.usage === true ? EXIT.usage : EXIT.failed;
  }
  if (error instanceof ConfigError) {
    console.error(`${red('configuration:')} ${error.message}`);
    return EXIT.usage;
  }
  // The operating system says what is wrong in a line: a folder that is not one, no right to write.
  const isFromSystem = error instanceof Error && 'syscall' in error;
  console.error(`${red('error:')} ${scrub(isFromSystem ? error.message : inspect(error))}`);
  return EXIT.failed;
}
