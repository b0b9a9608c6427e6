import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Core, startCore } from '../app.js';
import type { Compliance } from '../modules/compliance/index.js';
import type { SecurityScans } from '../modules/security-scans/index.js';
import { type Config, readConfig } from '../platform/config/config.js';

export interface Work extends Core {
  scans: SecurityScans;
  compliance: Compliance;
}

/** Commands log problems only; LOG_LEVEL asks for more. */
function quiet(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return { ...env, LOG_LEVEL: env.LOG_LEVEL || 'error' };
}

/** Runs a command's work on the configured databases, and closes them whatever happens. */
export async function withCore<T>(work: (core: Work) => Promise<T>): Promise<T> {
  return using(readConfig(quiet(process.env)), work);
}

/** Runs a command's work on embedded databases that are gone afterwards. */
export async function withTemporaryCore<T>(work: (core: Work) => Promise<T>): Promise<T> {
  const dataDir = await mkdtemp(join(tmpdir(), 'cspm-'));
  try {
    const { LOG_LEVEL } = quiet(process.env);
    return await using(readConfig({ DATA_DIR: dataDir, LOG_LEVEL }), work);
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function using<T>(config: Config, work: (core: Work) => Promise<T>): Promise<T> {
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
