import { StoreRecords } from '../../platform/database/store-records.js';
import { createPlatform, type Platform } from '../../platform/platform.js';
import { MODULES } from '../../product-modules.js';
import type { ToolAvailability } from '../../scanners/runners/runner.js';
import { createScanning } from '../../scanning.js';
import { readServerConfig } from '../../server-config.js';
import { ServiceContainer } from '../../service-container.js';
import type { Shell } from '../shell.js';
import { type Check, whyNot, within } from './check.js';
import { clockCheck } from './clock-check.js';
import { filesCheck } from './file-checks.js';
import {
  databases,
  dataFolder,
  fileAccess,
  library,
  modules,
  program,
  webApp,
} from './machine-checks.js';
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
  const rest = [library(), await webApp()];
  let platform: Platform;
  try {
    platform = createPlatform(config);
  } catch (error) {
    const checks: Check[] = [{ what: 'Databases', state: 'bad', detail: whyNot(error) }];
    const key = await masterKey(config, null);
    return { checks: [...machine, key, ...rest, ...checks], tools: null, hangs: false };
  }
  const scanning = createScanning(platform, false);
  // The modules know which of their secrets need the master key.
  const container = new ServiceContainer(platform, scanning, MODULES);
  await container.build();
  await new StoreRecords(platform.databases)
    .check(platform.repositories.databases)
    .catch(() => undefined); // reported by the checks below
  const [key, stores, files, clock, queue, workers, { checks, tools }] = await Promise.all([
    masterKey(config, scanning.vault),
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
  return {
    checks: [
      ...machine,
      key,
      ...rest,
      modules(container),
      ...stores,
      files,
      clock,
      queue,
      workers,
      ...checks,
    ],
    tools,
    hangs,
  };
}
