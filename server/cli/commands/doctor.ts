import type { Command } from 'commander';
import { readConfig } from '../../platform/config/config.js';
import { createPlatform, type Platform } from '../../platform/platform.js';
import type { ToolAvailability } from '../../scanners/runners/runner.js';
import { createScanning } from '../../scanning.js';
import { type Check, whyNot, within } from '../doctor/check.js';
import { databases, dataFolder, library, program, webApp } from '../doctor/machine-checks.js';
import { masterKey, queueCheck, toolChecks, workersCheck } from '../doctor/scan-checks.js';
import { EXIT } from '../exit-codes.js';
import { bold, dim, green, red, width, yellow } from '../output/style.js';
import { wrap } from '../output/wrap.js';
import { printJson } from '../print-json.js';

const MARK = { good: green('✓'), warn: yellow('!'), bad: red('✗') };
const NAME_COLUMNS = 26;
const CLOSE_WITHIN_MS = 5_000;

export function addDoctor(cspm: Command): void {
  cspm
    .command('doctor')
    .description('check that everything this program needs is there, and which scanners can run')
    .option('--json', 'print one JSON document')
    .action(async ({ json }: { json?: boolean }) => {
      const { checks, tools, hangs } = await examine();
      if (json) printJson({ findings: checks, tools });
      else for (const check of checks) console.log(line(check));
      if (checks.some(({ state }) => state === 'bad')) process.exitCode = EXIT.failed;
      // What does not answer may not end either.
      if (hangs) process.exit();
    });
}

interface Examined {
  checks: Check[];
  tools: ToolAvailability[] | null;
  /** Something would not end. */
  hangs: boolean;
}

async function examine(): Promise<Examined> {
  // What is wrong is told here, and once.
  const config = readConfig({ ...process.env, LOG_LEVEL: process.env.LOG_LEVEL || 'silent' });
  const machine = [program(), await dataFolder(config), await masterKey(config), library()];
  machine.push(await webApp());
  let platform: Platform;
  try {
    platform = createPlatform(config);
  } catch (error) {
    const checks: Check[] = [{ what: 'Databases', state: 'bad', detail: whyNot(error) }];
    return { checks: [...machine, ...checks], tools: null, hangs: false };
  }
  const scanning = createScanning(platform, false);
  const [stores, queue, workers, { checks, tools }] = await Promise.all([
    databases(platform),
    queueCheck(platform, scanning),
    workersCheck(platform),
    toolChecks(scanning, config),
  ]);
  const closing = scanning.stop().then(() => platform.databases.close());
  const hangs = await within(CLOSE_WITHIN_MS, closing).then(
    () => false,
    () => true,
  );
  return { checks: [...machine, ...stores, queue, workers, ...checks], tools, hangs };
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
