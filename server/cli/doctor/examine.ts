import { createPlatform, type Platform } from '../../platform/platform.js';
import type { ToolAvailability } from '../../scanners/runners/runner.js';
import { createScanning } from '../../scanning.js';
import { readServerConfig } from '../../server-config.js';
import type { Shell } from '../shell.js';
import { type Check, whyNot, within } from './check.js';
import { clockCheck } from './clock-check.js';
import { filesCheck } from './file-checks.js';
import { databases, dataFolder, fileAccess, library, program, webApp } from './machine-checks.js';
import { masterKey, queueCheck, toolChecks, workersCheck } from './scan-checks.js';

const CLOSE_TIMEOUT_MS = 5_000;

export interface Examined {
  checks: Check[];
  tools: ToolAvailability[] | null;
  /** Whether something failed to close in time. */
  hangs: boolean;
}

/** Runs all checks, each with a timeout. */
export async function examine(shell: Shell): Promise<Examined> {
  // Problems are reported by the checks, not logged as well.
  const config = readServerConfig({ ...shell.env, LOG_LEVEL: shell.env.LOG_LEVEL || 'silent' });
  const machine = [program(), await dataFolder(config), await fileAccess(config)];
  machine.push(await masterKey(config), library(), await webApp());
  let platform: Platform;
  try {
    platform = createPlatform(config);
  } catch (error) {
    const checks: Check[] = [{ what: 'Databases', state: 'bad', detail: whyNot(error) }];
    return { checks: [...machine, ...checks], tools: null, hangs: false };
  }
  const scanning = createScanning(platform, false);
  const [stores, files, clock, queue, workers, { checks, tools }] = await Promise.all([
    databases(platform),
    filesCheck(platform),
    clockCheck(platform),
    queueCheck(platform, scanning),
    workersCheck(platform),
    toolChecks(scanning, config),
  ]);
  const closing = scanning
    .stop()
    .then(() => platform.blobs.close())
    .then(() => platform.databases.close());
  const hangs = await within(CLOSE_TIMEOUT_MS, closing).then(
    () => false,
    () => true,
  );
  return { checks: [...machine, ...stores, files, clock, queue, workers, ...checks], tools, hangs };
}
