import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { WorkerPresence, WorkersRepository } from '../../modules/orchestration/index.js';
import type { Config } from '../../platform/config/config.js';
import type { Platform } from '../../platform/platform.js';
import { MASTER_KEY_FILE, masterKeyOf, parseMasterKeys } from '../../platform/vault/master-key.js';
import type { ToolAvailability } from '../../scanners/runners/runner.js';
import type { Scanning } from '../../scanning.js';
import { type Check, whyNot, within } from './check.js';

/** Programs in Python and Java take their time to say their version. */
const TOOLS_ANSWER_WITHIN_MS = 20_000;
const QUEUE_ANSWERS_WITHIN_MS = 8_000;

export interface ToolChecks {
  checks: Check[];
  /** Null when they did not answer in time. */
  tools: ToolAvailability[] | null;
}

/** Each scanner: how it will run, or what is missing and how to get it. */
export async function toolChecks(
  { scanners, verifyTools }: Scanning,
  { nativeTools }: Config,
): Promise<ToolChecks> {
  const missing = nativeTools === 'require' ? 'bad' : 'warn';
  const builtIn = [...scanners.values()].filter((scanner) => 'perform' in scanner);
  const ours = builtIn.map(
    ({ title }): Check => ({ what: title, state: 'good', detail: 'built in' }),
  );
  try {
    const tools = await within(TOOLS_ANSWER_WITHIN_MS, verifyTools());
    const theirs = tools.map((found): Check => {
      const what = scanners.get(found.tool)?.title ?? found.tool;
      if (found.available) return { what, state: 'good', detail: howItRuns(found) };
      return { what, state: missing, detail: `cannot run here: ${found.missing}` };
    });
    return { checks: [...theirs, ...ours], tools };
  } catch (error) {
    const detail = `could not be looked for: ${whyNot(error)}`;
    return { checks: [{ what: 'Scanners', state: missing, detail }, ...ours], tools: null };
  }
}

function howItRuns({ by, version, where }: ToolAvailability): string {
  if (by === 'native') return `${version ?? 'unknown version'}, the program ${where}`;
  if (version === null) return `in a container, pulled at the first scan: ${where}`;
  return `${version}, in a container: ${where}`;
}

/** Where jobs wait. */
export async function queueCheck(
  { config, repositories }: Platform,
  { queue }: Scanning,
): Promise<Check> {
  const what = 'Queue';
  const inMongo = config.mongoUri !== null || config.databases.orchestration.uri !== null;
  const where = config.redisUrl ? 'Redis' : `in the ${inMongo ? 'MongoDB' : 'embedded'} database`;
  try {
    const counting = config.redisUrl
      ? queue.counts()
      : repositories.prepareAll().then(() => queue.counts());
    const counts = await within(QUEUE_ANSWERS_WITHIN_MS, counting);
    const sum = (of: 'waiting' | 'delayed' | 'active' | 'failed') =>
      counts.reduce((total, each) => total + each[of], 0);
    const waiting = sum('waiting') + sum('delayed');
    const jobs = `${waiting} waiting, ${sum('active')} running, ${sum('failed')} gave up`;
    return { what, state: 'good', detail: `${where}; ${jobs}` };
  } catch (error) {
    return { what, state: 'bad', detail: `${where}: ${whyNot(error)}` };
  }
}

/** Who works them, as far as the database tells. */
export async function workersCheck(platform: Platform): Promise<Check> {
  const what = 'Workers';
  const { repositories, clock, newId, log } = platform;
  const workers = repositories.create(WorkersRepository);
  const presence = new WorkerPresence({ workers, clock, newId, log });
  try {
    const asking = repositories.prepareAll().then(() => presence.alive());
    const { length } = await within(QUEUE_ANSWERS_WITHIN_MS, asking);
    const none =
      'none stays: commands run their own scans, and “cspm serve” those of the web app and of schedules';
    const some = `${length} ${length === 1 ? 'process serves' : 'processes serve'} this store`;
    return { what, state: 'good', detail: length > 0 ? some : none };
  } catch (error) {
    return { what, state: 'bad', detail: whyNot(error) };
  }
}

/** What cloud credentials are encrypted with. Asking makes none. */
export async function masterKey({ masterKey: given, dataDir }: Config): Promise<Check> {
  const what = 'Master key';
  if (given) {
    const keys = parseMasterKeys(given.reveal()) ?? [];
    const more = keys.length > 1 ? `; ${keys.length - 1} older ones still open` : '';
    return { what, state: 'good', detail: `from CSPM_MASTER_KEY (${keys[0]?.id})${more}` };
  }
  const path = join(dataDir, MASTER_KEY_FILE);
  const isThere = await access(path).then(
    () => true,
    () => false,
  );
  if (!isThere) {
    return { what, state: 'good', detail: `${path}, made when the first account is stored` };
  }
  try {
    const { id } = await masterKeyOf(dataDir);
    return { what, state: 'good', detail: `${path} (${id}); keep a copy elsewhere` };
  } catch (error) {
    return { what, state: 'bad', detail: whyNot(error) };
  }
}
