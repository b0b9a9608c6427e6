import { access, constants, mkdir, statfs } from 'node:fs/promises';
import { loadCatalogue } from '../../modules/catalogue/common-controls/catalogue.js';
import { built, version } from '../../package-root.js';
import type { Config } from '../../platform/config/config.js';
import { isChanged, restrictAccess } from '../../platform/data-folder/restrict-access.js';
import { folderProblem } from '../../platform/data-folder/storage-problems.js';
import { DATABASE_KEYS } from '../../platform/database/names.js';
import type { Platform } from '../../platform/platform.js';
import type { ServiceContainer } from '../../service-container.js';
import { type Check, whyNot } from './check.js';

const LOW_DISK_BYTES = 1024 ** 3;

export function program(): Check {
  const detail = `OffloadSecurity ${version}, Node ${process.versions.node}`;
  return { what: 'Program', state: 'good', detail };
}

export async function dataFolder({ dataDir }: Config): Promise<Check> {
  const what = 'Data folder';
  try {
    await mkdir(dataDir, { recursive: true, mode: 0o700 });
    await access(dataDir, constants.W_OK);
    const problem = await folderProblem(dataDir);
    if (problem) return { what, state: 'bad', detail: `${dataDir}: ${problem}` };
    const { bavail, bsize } = await statfs(dataDir);
    const free = bavail * bsize;
    const detail = `${dataDir}, ${(free / 1024 ** 3).toFixed(1)} GiB free`;
    return { what, state: free < LOW_DISK_BYTES ? 'warn' : 'good', detail };
  } catch (error) {
    const why = `${dataDir} cannot be written (${whyNot(error)})`;
    return { what, state: 'bad', detail: `${why}; set DATA_DIR to a writable folder` };
  }
}

/** Who else can read the data folder. Changes nothing: the next start does. */
export async function fileAccess({ dataDir }: Config): Promise<Check> {
  const what = 'File permissions';
  const report = await restrictAccess(dataDir, { deep: true, dryRun: true });
  if (!isChanged(report)) {
    return { what, state: 'good', detail: 'only the owner can read DATA_DIR' };
  }
  const { files, folders, names } = report;
  const counted = `${files} ${files === 1 ? 'file' : 'files'} and ${folders} ${folders === 1 ? 'folder' : 'folders'}`;
  const detail = `other users have access to ${counted} in DATA_DIR (${names.join(', ')}); the next start of cspm restricts them to 0600 and 0700`;
  return { what, state: 'warn', detail };
}

export async function databases({ databases: manager }: Platform): Promise<Check[]> {
  const health = await manager.ping(DATABASE_KEYS);
  return health.map(({ name, backend, ok, problem, latencyMs }) => ({
    what: name,
    state: ok ? 'good' : 'bad',
    detail: ok ? `${backend}, ${latencyMs} ms` : `${backend}: ${problem}`,
  }));
}

/** Modules whose code fails; those whose database is lost are named by its check. */
export function modules({ health }: Pick<ServiceContainer, 'health'>): Check {
  const what = 'Modules';
  const broken = health.filter(({ needsRestart }) => needsRestart);
  if (broken.length === 0) return { what, state: 'good', detail: `${health.length} load` };
  const named = broken.map(({ name, reason }) => `${name}: ${reason}`).join('; ');
  return { what, state: 'bad', detail: `${named}; mend this and restart the server` };
}

export function library(): Check {
  const what = 'Control library';
  try {
    const { controls, domains, frameworks } = loadCatalogue();
    const detail = `${controls.size} controls in ${domains.size} domains, ${frameworks.size} frameworks`;
    return { what, state: 'good', detail };
  } catch (error) {
    return { what, state: 'bad', detail: whyNot(error) };
  }
}

export async function webApp(): Promise<Check> {
  const what = 'Web app';
  return access(built('web', 'index.html')).then(
    () => ({ what, state: 'good', detail: 'built' }),
    () => ({
      what,
      state: 'warn',
      detail: 'not built: run “npm run build”; the API works without it',
    }),
  );
}
