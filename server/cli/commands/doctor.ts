import { access, constants, mkdir, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { loadCatalogue } from '../../modules/compliance/common-controls/catalogue.js';
import { packageRoot, version } from '../../package-root.js';
import { type Config, readConfig } from '../../platform/config/config.js';
import { CSPMDatabaseManager } from '../../platform/database/database-manager.js';
import { DATABASE_KEYS } from '../../platform/database/names.js';
import { databaseSettings } from '../../platform/platform.js';
import { EXIT } from '../exit-codes.js';
import { bold, dim, green, red, yellow } from '../output/style.js';

interface Finding {
  what: string;
  state: 'good' | 'warn' | 'bad';
  detail: string;
}

const MARK = { good: green('✓'), warn: yellow('!'), bad: red('✗') };
const LITTLE_DISK_BYTES = 1024 ** 3;

export function addDoctor(program: Command): void {
  program
    .command('doctor')
    .description('check that everything this program needs is there')
    .option('--json', 'print one JSON document')
    .action(async ({ json }: { json?: boolean }) => {
      const config = readConfig(process.env);
      const findings = [
        {
          what: 'Program',
          state: 'good' as const,
          detail: `OffloadSecurity ${version}, Node ${process.versions.node}`,
        },
        await dataFolder(config),
        ...(await databases(config)),
        library(),
        await webApp(),
      ];
      if (json) console.log(JSON.stringify({ findings }, null, 2));
      else {
        for (const { what, state, detail } of findings) {
          console.log(
            `${MARK[state]} ${bold(what.padEnd(22))} ${state === 'good' ? dim(detail) : detail}`,
          );
        }
      }
      if (findings.some(({ state }) => state === 'bad')) process.exitCode = EXIT.failed;
    });
}

async function dataFolder({ dataDir }: Config): Promise<Finding> {
  const what = 'Data folder';
  try {
    await mkdir(dataDir, { recursive: true, mode: 0o700 });
    await access(dataDir, constants.W_OK);
    const { bavail, bsize } = await statfs(dataDir);
    const free = bavail * bsize;
    const detail = `${dataDir}, ${(free / 1024 ** 3).toFixed(1)} GiB free`;
    return { what, state: free < LITTLE_DISK_BYTES ? 'warn' : 'good', detail };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return {
      what,
      state: 'bad',
      detail: `${dataDir} cannot be written (${why}); set DATA_DIR to a folder that can`,
    };
  }
}

async function databases(config: Config): Promise<Finding[]> {
  const manager = new CSPMDatabaseManager(databaseSettings(config));
  try {
    const health = await manager.ping(DATABASE_KEYS);
    return health.map(({ name, backend, ok, problem, latencyMs }) => ({
      what: name,
      state: ok ? 'good' : 'bad',
      detail: ok ? `${backend}, ${latencyMs} ms` : `${backend}: ${problem}`,
    }));
  } finally {
    await manager.close();
  }
}

function library(): Finding {
  const what = 'Control library';
  try {
    const { controls, domains, frameworks } = loadCatalogue();
    const detail = `${controls.size} controls in ${domains.size} domains, ${frameworks.size} frameworks`;
    return { what, state: 'good', detail };
  } catch (error) {
    return { what, state: 'bad', detail: error instanceof Error ? error.message : String(error) };
  }
}

async function webApp(): Promise<Finding> {
  const what = 'Web app';
  return access(join(packageRoot, 'dist', 'web', 'index.html')).then(
    () => ({ what, state: 'good', detail: 'built' }),
    () => ({
      what,
      state: 'warn',
      detail: 'not built: run “npm run build”; the API works without it',
    }),
  );
}
