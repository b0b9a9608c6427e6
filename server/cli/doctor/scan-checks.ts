import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { WorkerPresence, WorkersRepository } from '../../modules/orchestration/index.js';
import type { Config } from '../../platform/config/config.js';
import type { Platform } from '../../platform/platform.js';
import { MASTER_KEY_FILE, masterKeysOf, parseMasterKeys } from '../../platform/vault/master-key.js';
import type { Vault } from '../../platform/vault/vault.js';
import type { ToolAvailability } from '../../scanners/runners/runner.js';
import type { Scanning } from '../../scanning.js';
import { type Check, whyNot, within } from './check.js';

/** Python and Java programs are slow to print their version. */
const TOOLS_TIMEOUT_MS = 20_000;
const QUEUE_TIMEOUT_MS = 8_000;

export interface ToolChecks {
  checks: Check[];
  /** Null after a timeout. */
  tools: ToolAvailability[] | null;
}

/** How each scanner will run, or how to install it. */
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
    const tools = await within(TOOLS_TIMEOUT_MS, verifyTools());
    const theirs = tools.map((found): Check => {
      const what = scanners.get(found.tool)?.title ?? found.tool;
      if (found.available) return { what, state: 'good', detail: howItRuns(found) };
      return { what, state: missing, detail: `cannot run here: ${found.missing}` };
    });
    return { checks: [...theirs, ...ours], tools };
  } catch (error) {
    const detail = `could not be checked: ${whyNot(error)}`;
    return { checks: [{ what: 'Scanners', state: missing, detail }, ...ours], tools: null };
  }
}

function howItRuns({ by, version, where }: ToolAvailability): string {
  if (by === 'native') return `${version ?? 'unknown version'}, the program ${where}`;
  if (version === null) return `in a container, pulled at the first scan: ${where}`;
  return `${version}, in a container: ${where}`;
}

/** The job queue. */
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
    const counts = await within(QUEUE_TIMEOUT_MS, counting);
    const sum = (of: 'waiting' | 'delayed' | 'active' | 'failed') =>
      counts.reduce((total, each) => total + each[of], 0);
    const waiting = sum('waiting') + sum('delayed');
    const jobs = `${waiting} waiting, ${sum('active')} running, ${sum('failed')} failed`;
    const problem = await within(QUEUE_TIMEOUT_MS, queue.problem());
    if (problem) return { what, state: 'bad', detail: `${where}; ${jobs}; ${problem}` };
    return { what, state: 'good', detail: `${where}; ${jobs}` };
  } catch (error) {
    return { what, state: 'bad', detail: `${where}: ${whyNot(error)}` };
  }
}

/** The running workers. */
export async function workersCheck(platform: Platform): Promise<Check> {
  const what = 'Workers';
  const { repositories, clock, newId, log } = platform;
  const workers = repositories.create(WorkersRepository);
  const presence = new WorkerPresence({ workers, clock, newId, log });
  try {
    const asking = repositories.prepareAll().then(() => presence.alive());
    const running = await within(QUEUE_TIMEOUT_MS, asking);
    const { length } = running;
    const none =
      'none running: commands run their own scans, and “cspm serve” runs those of the web app and schedules';
    const places = running.flatMap(({ host, address }) => (address ? [`${host} ${address}`] : []));
    const where = places.length > 0 ? `; health and metrics: ${places.sort().join(', ')}` : '';
    const some = `${length} ${length === 1 ? 'process serves' : 'processes serve'} this store${where}`;
    return { what, state: 'good', detail: length > 0 ? some : none };
  } catch (error) {
    return { what, state: 'bad', detail: whyNot(error) };
  }
}

/** The key that encrypts cloud credentials. The check never creates one. */
export async function masterKey(
  { masterKey: given, dataDir }: Config,
  vault: Pick<Vault, 'problem'> | null,
): Promise<Check> {
  const what = 'Master key';
  const asking = vault ? vault.problem() : Promise.resolve(null);
  // That a database does not respond is reported there.
  const problem = await within(QUEUE_TIMEOUT_MS, asking).catch(() => null);
  if (problem) return { what, state: 'bad', detail: problem };
  if (given) {
    const keys = parseMasterKeys(given.reveal()) ?? [];
    const more =
      keys.length > 1
        ? `; ${keys.length - 1} older ones still decrypt, until “cspm secrets rotate” has run and they are removed`
        : '';
    return { what, state: 'good', detail: `from CSPM_MASTER_KEY (${keys[0]?.id})${more}` };
  }
  const path = join(dataDir, MASTER_KEY_FILE);
  const isThere = await access(path).then(
    () => true,
    () => false,
  );
  if (!isThere) {
    return { what, state: 'good', detail: `${path}, created when the first account is stored` };
  }
  try {
    const [first, ...old] = await masterKeysOf(dataDir);
    if (old.length > 0) {
      const detail = `${path} (${first?.id}): a rotation did not end, and the old key still opens secrets: run “cspm secrets rotate” again`;
      return { what, state: 'warn', detail };
    }
    return { what, state: 'good', detail: `${path} (${first?.id}); keep a copy elsewhere` };
  } catch (error) {
    return { what, state: 'bad', detail: whyNot(error) };
  }
}
