import { chmod, mkdir, mkdtemp, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { blobBackendContract, hashOf, inPieces, keysOf } from './blob-backend.contract.js';
import { BlobStore } from './blob-store.js';
import { FolderBlobs } from './folder-blobs.js';

let folder: string;
const makeFolder = () => mkdtemp(join(tmpdir(), 'cspm-blobs-'));
const pathOf = (backend: { pathOf?: (key: string) => string }, key: string) =>
  backend.pathOf?.(key) ?? '';

blobBackendContract(
  'FolderBlobs',
  async () => new FolderBlobs(await makeFolder()),
  (backend) => rm(pathOf(backend, ''), { recursive: true, force: true }),
  {
    age: (backend, key, at) => utimes(pathOf(backend, key), at, at),
    leaveHalf: async (backend) => {
      const path = pathOf(backend, 'incoming/imp_x.0123abcd-0123-0123-0123-0123456789ab.tmp');
      await mkdir(join(path, '..'), { recursive: true });
      await writeFile(path, 'half');
    },
  },
);

beforeEach(async () => {
  folder = await makeFolder();
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('keeps files and folders readable by their owner only, whatever was there before', async () => {
  await mkdir(join(folder, 'raw-reports'));
  await chmod(join(folder, 'raw-reports'), 0o755);
  const backend = new FolderBlobs(folder);
  const blobs = new BlobStore('raw-reports', { backend, former: null });
  const content = Buffer.alloc(200_000, 'report ');
  await blobs.put(hashOf(content), inPieces(content));
  const [key = ''] = await keysOf(backend);
  expect(gunzipSync(await readFile(join(folder, key)))).toEqual(content);
  const modes = [key, join(key, '..'), 'raw-reports'].map((each) => stat(join(folder, each)));
  expect((await Promise.all(modes)).map(({ mode }) => mode & 0o777)).toEqual([0o600, 0o700, 0o700]);
});

test('deletes and lists nothing before the first blob', async () => {
  const backend = new FolderBlobs(join(folder, 'none'));
  const blobs = new BlobStore('raw-reports', { backend, former: null });
  expect(await blobs.removeOlderThan(new Date())).toBe(0);
  expect(await backend.sweep(new Date())).toBe(0);
});
