import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { BlobBackend } from '../../platform/blobs/blob-backend.js';
import { createPlatform, type Platform } from '../../platform/platform.js';
import { readServerConfig } from '../../server-config.js';
import type { Shell } from '../shell.js';
import { type Check, whyNot, within } from './check.js';
import { sizeOf } from './size-of.js';

const FILES_TIMEOUT_MS = 15_000;
const PLACES = { folder: 'in', database: 'in the database', s3: 'in the bucket' } as const;

/** Where reports, evidence and packages are kept, and whether every process sees them. */
export async function filesCheck(platform: Platform): Promise<Check> {
  const what = 'Files';
  const { blobs, config } = platform;
  const { kind, where } = blobs.backend;
  const place = `${PLACES[kind]} ${kind === 'folder' ? config.dataDir : where}`;
  try {
    return { what, ...(await within(FILES_TIMEOUT_MS, lookAt(platform, place))) };
  } catch (error) {
    return { what, state: 'bad', detail: `${place}: ${whyNot(error)}` };
  }
}

async function lookAt(
  { blobs, blobViews, config, repositories }: Platform,
  place: string,
): Promise<Pick<Check, 'state' | 'detail'>> {
  if (blobs.isShared) await tryOut(blobs.backend);
  await repositories.prepareAll();
  const { problem, processes, blind } = await blobViews.health();
  if (problem) return { state: 'bad', detail: `${place}: ${problem}` };
  const left = await blobs.leftOnThisHost();
  if (left.files > 0) {
    const where = `${sizeOf(left)} of former releases are in DATA_DIR of this host only`;
    const detail = `${place}; ${where}: move them with “cspm doctor --move-files”`;
    return { state: 'warn', detail };
  }
  const seen = `${processes - blind.length} running ${processes === 1 ? 'process sees' : 'processes see'} them`;
  const detail = processes > 0 ? `${place}; ${seen}` : place;
  const isOneHost = !blobs.isShared && config.mongoUri !== null;
  return isOneHost
    ? { state: 'warn', detail: `${detail}; every host must share this folder (BLOBS=folder)` }
    : { state: 'good', detail };
}

/** Writes, reads and deletes a small blob. */
async function tryOut(backend: BlobBackend): Promise<void> {
  const key = `probes/doctor-${randomUUID()}`;
  await backend.write(key, Readable.from([Buffer.from(key)]));
  const read = (await buffer(backend.read(key))).toString();
  await backend.remove(key);
  if (read !== key) throw new Error('a file was not read as it was written');
}

export async function moveFiles(shell: Shell): Promise<{ files: number; bytes: number }> {
  const platform = createPlatform(readServerConfig({ ...shell.env, LOG_LEVEL: 'silent' }));
  try {
    return await platform.blobs.moveFromThisHost();
  } finally {
    await platform.blobs.close();
    await platform.databases.close();
  }
}
