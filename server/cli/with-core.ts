import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import type { AppOverrides, Core } from '../app.js';
import type { CatalogueModule } from '../modules/catalogue/index.js';
import type { CloudSecurity } from '../modules/cloud-security/index.js';
import type { Compliance } from '../modules/compliance/index.js';
import type { Mapping } from '../modules/mapping/index.js';
import type { Orchestration } from '../modules/orchestration/index.js';
import type { SecurityScans } from '../modules/security-scans/index.js';
import type { Config } from '../platform/config/config.js';
import { WorkFolder } from '../platform/data-folder/work-folder.js';
import { setupStructuredLogging } from '../platform/log/structured-logging.js';
import { maskSecrets } from '../scanners/secrets/mask-secrets.js';
import { readServerConfig } from '../server-config.js';
import { type Environment, STOP_SIGNALS, type StopSignal } from './io.js';
import { requireThisMachine } from './remote/chosen-server.js';
import { codeOf } from './scans/interrupts.js';
import type { Shell } from './shell.js';

export interface Work extends Core {
  scans: SecurityScans;
  catalogue: CatalogueModule;
  mapping: Mapping;
  compliance: Compliance;
}

export interface ScanCore extends Work {
  orchestration: Orchestration;
  cloud: CloudSecurity;
}

/** Commands log errors only, unless LOG_LEVEL is set. */
function quiet(env: Environment, level = 'error'): Environment {
  return { ...env, LOG_LEVEL: env.LOG_LEVEL || level };
}

/** Runs a command that only the store of this machine has. */
export async function withCore<T>(shell: Shell, work: (core: Work) => Promise<T>): Promise<T> {
  await requireThisMachine(shell);
  return withLocalCore(shell, work);
}

/** The same for scans. */
export async function withScans<T>(shell: Shell, work: (core: ScanCore) => Promise<T>): Promise<T> {
  await requireThisMachine(shell);
  return withLocalScans(shell, work);
}

/**
 * Runs a command on the configured databases and always closes them. `bulk`: it writes so
 * much that threads for the embedded databases repay their start.
 */
export async function withLocalCore<T>(
  shell: Shell,
  work: (core: Work) => Promise<T>,
  { bulk = false } = {},
): Promise<T> {
  return using(shell, readServerConfig(quiet(shell.env)), work, { inProcess: !bulk });
}

/**
 * The same for scans. A scan's errors are part of its result, so nothing is logged
 * unless LOG_LEVEL is set. `folders`: extra folders that the local operator may scan.
 */
export async function withLocalScans<T>(
  shell: Shell,
  work: (core: ScanCore) => Promise<T>,
  { folders = [] }: { folders?: readonly string[] } = {},
): Promise<T> {
  const config = readServerConfig(quiet(shell.env, 'silent'));
  const scanFolders = [...config.scanFolders, ...folders];
  return using(shell, { ...config, scanFolders }, (core) =>
    work({
      ...core,
      orchestration: core.container.get('orchestration'),
      cloud: core.container.get('cloud-security'),
    }),
  );
}

/** Runs a command on temporary embedded databases, which are removed even on a signal. */
export async function withTemporaryCore<T>(
  shell: Shell,
  work: (core: Work) => Promise<T>,
): Promise<T> {
  const own = new WorkFolder(shell.env.TMPDIR || tmpdir(), 'cspm-');
  await own.sweep();
  let dataDir = '';
  const clean = () => dataDir && rmSync(dataDir, { recursive: true, force: true });
  const interrupted = (signal: StopSignal) => {
    clean();
    shell.io.exit(codeOf(signal));
  };
  // Before the folder exists, and both synchronously: no signal ends the process without removing it.
  for (const signal of STOP_SIGNALS) shell.io.onSignal(signal, interrupted);
  try {
    dataDir = mkdtempSync(`${own.path}-`);
    const { LOG_LEVEL } = quiet(shell.env);
    return await using(shell, readServerConfig({ DATA_DIR: dataDir, LOG_LEVEL }), work);
  } finally {
    clean();
    for (const signal of STOP_SIGNALS) shell.io.offSignal(signal, interrupted);
  }
}

async function using<T>(
  shell: Shell,
  config: Config,
  work: (core: Work) => Promise<T>,
  overrides: Pick<AppOverrides, 'inProcess'> = {},
): Promise<T> {
  const { startCore } = await import('../app.js');
  const log = setupStructuredLogging(config, shell.io.stderr, maskSecrets);
  const core = await startCore(config, { ...overrides, log });
  try {
    return await work({
      ...core,
      scans: core.container.get('security-scans'),
      catalogue: core.container.get('catalogue'),
      mapping: core.container.get('mapping'),
      compliance: core.container.get('compliance'),
    });
  } finally {
    await core.close();
  }
}
