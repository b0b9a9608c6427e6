import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { BlobStore } from './blob-store.js';

let folder: string;
let blobs: BlobStore;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cspm-blobs-'));
  blobs = new BlobStore(folder);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const hashOf = (content: Uint8Array) => createHash('sha256').update(content).digest('hex');

async function* inPieces(content: Buffer, size = 7_000) {
  for (let at = 0; at < content.length; at += size) yield content.subarray(at, at + size);
}

async function storedFiles(): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

test('returns the stored content, compressed on disk and readable by its owner only', async () => {
  const content = Buffer.alloc(200_000, 'report ');
  const hash = hashOf(content);
  expect(await blobs.has(hash)).toBe(false);
  await blobs.put(hash, inPieces(content));
  expect(await blobs.has(hash)).toBe(true);
  expect(await buffer(blobs.open(hash))).toEqual(content);
  const [file = ''] = await storedFiles();
  expect(gunzipSync(await readFile(file))).toEqual(content);
  const { size, mode } = await stat(file);
  expect(size).toBeLessThan(content.length / 10);
  expect(mode & 0o077).toBe(0);
});

test('stores an empty blob and one that does not compress', async () => {
  for (const content of [Buffer.alloc(0), randomBytes(300_000)]) {
    await blobs.put(hashOf(content), inPieces(content));
    expect(await buffer(blobs.open(hashOf(content)))).toEqual(content);
  }
});

test('keeps the first content when the same hash is stored again', async () => {
  const hash = hashOf(Buffer.from('one'));
  await blobs.put(hash, inPieces(Buffer.from('one')));
  await blobs.put(hash, inPieces(Buffer.from('other')));
  expect((await buffer(blobs.open(hash))).toString()).toBe('one');
  expect(await storedFiles()).toHaveLength(1);
});

test('stays intact when the same hash is stored concurrently', async () => {
  const content = randomBytes(400_000);
  const hash = hashOf(content);
  await Promise.all(Array.from({ length: 8 }, () => blobs.put(hash, inPieces(content, 1_000))));
  expect(await buffer(blobs.open(hash))).toEqual(content);
  expect(await storedFiles()).toHaveLength(1);
});

test('leaves no file behind when the content stream fails', async () => {
  const hash = hashOf(Buffer.from('broken'));
  async function* breaking() {
    yield Buffer.alloc(100_000);
    throw new Error('the connection broke');
  }
  await expect(blobs.put(hash, breaking())).rejects.toThrow('the connection broke');
  expect(await blobs.has(hash)).toBe(false);
  expect(await storedFiles()).toEqual([]);
});

test('reports a missing blob as an error of its stream', async () => {
  await expect(buffer(blobs.open('0'.repeat(64)))).rejects.toMatchObject({ code: 'ENOENT' });
});

test.each(['', 'abc', '../../etc/passwd', 'A'.repeat(64), `${'0'.repeat(63)}/`, '0'.repeat(65)])(
  'accepts only a SHA-256 as name: %j',
  async (name) => {
    await expect(blobs.put(name, inPieces(Buffer.from('x')))).rejects.toThrow(TypeError);
    await expect(blobs.has(name)).rejects.toThrow(TypeError);
    expect(() => blobs.open(name)).toThrow(TypeError);
    expect(await storedFiles()).toEqual([]);
  },
);

test('deletes blobs older than a given time, and only those', async () => {
  const [old, young] = [Buffer.from('old'), Buffer.from('young')];
  await blobs.put(hashOf(old), inPieces(old));
  const [file = ''] = await storedFiles();
  await utimes(file, new Date('2020-01-01'), new Date('2020-01-01'));
  await blobs.put(hashOf(young), inPieces(young));
  expect(await blobs.removeOlderThan(new Date('2021-01-01'))).toBe(1);
  expect([await blobs.has(hashOf(old)), await blobs.has(hashOf(young))]).toEqual([false, true]);
  expect(await blobs.removeOlderThan(new Date('2021-01-01'))).toBe(0);
});

test('storing a blob again resets its age', async () => {
  const content = Buffer.from('again');
  await blobs.put(hashOf(content), inPieces(content));
  const [file = ''] = await storedFiles();
  await utimes(file, new Date('2020-01-01'), new Date('2020-01-01'));
  await blobs.put(hashOf(content), inPieces(content));
  expect(await blobs.removeOlderThan(new Date('2021-01-01'))).toBe(0);
});

test('deletes nothing before the first blob', async () => {
  expect(await new BlobStore(join(folder, 'none')).removeOlderThan(new Date())).toBe(0);
});
