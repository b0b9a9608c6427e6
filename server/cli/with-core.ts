import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Core } from '../app.js';
import type { CloudSecurity } from '../modules/cloud-security/index.js';
import type { Compliance } from '../modules/compliance/index.js';
import type { Orchestration } from '../modules/orchestration/index.js';
import type { SecurityScans } from '../modules/security-scans/index.js';
import type { Config } from '../platform/config/config.js';
import { readServerConfig } from '../server-config.js';

export interface Work extends Core {
  scans: SecurityScans;
  compliance: Compliance;
}

export interface ScanCore extends Work {
  orchestration: Orchestration;
  cloud: CloudSecurity;
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Commands log problems only; LOG_LEVEL asks for more. */
function quiet(env: NodeJS.ProcessEnv, level = 'error'): NodeJS.ProcessEnv {
  return { ...env, LOG_LEVEL: env.LOG_LEVEL || level };
}

/** Runs a command's work on the configured databases, and closes them whatever happens. */
export async function withCore<T>(work: (core: Work) => Promise<T>): Promise<T> {
  return using(readServerConfig(quiet(process.env)), work);
}

/**
 * The same for scans. What goes wrong in one is part of its result, so nothing is logged beside it
 * unless LOG_LEVEL asks. `folders`: those of the operator at the shell, who may scan what he can read.
 */
export async function withScans<T>(
  work: (core: ScanCore) => Promise<T>,
  { folders = [] }: { folders?: readonly string[] } = {},
): Promise<T> {
  const config = readServerConfig(quiet(process.env, 'silent'));
  const scanFolders = [...config.scanFolders, ...folders];
  return using({ ...config, scanFolders }, (core) =>
    work({
      ...core,
      orchestration: core.container.get<Orchestration>('orchestration'),
      cloud: core.container.get<CloudSecurity>('cloud-security'),
    }),
  );
}

/** Runs a command's work on embedded databases that are gone afterwards, also when it is interrupted. */
export async function withTemporaryCore<T>(work: (core: Work) => Promise<T>): Promise<T> {
  // At once, so that no interrupt comes between the folder and the handlers that remove it.
  const dataDir = mkdtempSync(join(tmpdir(), 'cspm-'));
  const clean = () => rmSync(dataDir, { recursive: true, force: true });
  const interrupted = (_: string, signal: number) => {
    clean();
    process.exit(128 + signal);
  };
  for (const signal of SIGNALS) process.on(signal, interrupted);
  try {
    const { LOG_LEVEL } = quiet(process.env);
    return await using(readServerConfig({ DATA_DIR: dataDir, LOG_LEVEL }), work);
  } finally {
    clean();
    for (const signal of SIGNALS) process.off(signal, interrupted);
  }
}

async function using<T>(config: Config, work: (core: Work) => Promise<T>): Promise<T> {
  const { startCore } = await import('../app.js');
  const core = await startCore(config);
  try {
    return await work({
      ...core,
      scans: core.container.get<SecurityScans>('security-scans'),
      compliance: core.container.get<Compliance>('compliance'),
    });
  } finally {
    await core.close();
  }
}
