import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { BlobBackend } from './blob-backend.js';
import { BlobStore } from './blob-store.js';

export interface BlobSuiteOptions {
  /** Makes a stored blob as old as this; left out where nobody can. */
  age?: (backend: BlobBackend, key: string, at: Date) => Promise<void>;
  /** Leaves what a writer that is killed leaves. */
  leaveHalf: (backend: BlobBackend) => Promise<void>;
  /** Set where the server dates no unfinished upload. */
  isUndated?: boolean;
  /** More blobs than a page of a listing has. */
  many?: number;
  /** Bytes that would be noticed in memory. */
  large?: number;
}

export const hashOf = (content: Uint8Array) => createHash('sha256').update(content).digest('hex');

export async function* inPieces(content: Buffer, size = 7_000) {
  for (let at = 0; at < content.length; at += size) yield content.subarray(at, at + size);
}

export async function keysOf(backend: BlobBackend, prefix = ''): Promise<string[]> {
  const keys: string[] = [];
  for (const area of ['raw-reports/', 'evidence/', 'incoming/']) {
    for await (const { key } of backend.list(prefix || area)) keys.push(key);
    if (prefix) break;
  }
  return keys.sort();
}

/** For a backend that has it; not as a skipped test, which would mean that something is missing here. */
const testIf =
  (isWanted: unknown) =>
  (name: string, run: () => Promise<void>): void => {
    if (isWanted) test(name, run);
  };

/** The suite that every place for blobs must pass. `open` creates an empty one; `close` deletes it. */
export function blobBackendContract(
  name: string,
  open: () => Promise<BlobBackend>,
  close: (backend: BlobBackend) => Promise<void>,
  options: BlobSuiteOptions,
): void {
  describe(`${name} implements the blob contract`, () => {
    let backend: BlobBackend;
    let blobs: BlobStore;
    let uploads: BlobStore;
    let folder: string;
    beforeAll(async () => {
      backend = await open();
    });
    afterAll(() => close(backend));
    beforeEach(async () => {
      blobs = new BlobStore('raw-reports', { backend, former: null });
      uploads = new BlobStore('incoming', { backend, former: null });
      folder = await mkdtemp(join(tmpdir(), 'cspm-blob-suite-'));
    });
    afterEach(async () => {
      const keys = await keysOf(backend);
      for (let at = 0; at < keys.length; at += 50)
        await Promise.all(keys.slice(at, at + 50).map((key) => backend.remove(key)));
      await rm(folder, { recursive: true, force: true });
    });

    test('returns the stored content, compressed', async () => {
      const content = Buffer.alloc(200_000, 'report ');
      const hash = hashOf(content);
      expect(await blobs.has(hash)).toBe(false);
      await blobs.put(hash, inPieces(content));
      expect(await blobs.has(hash)).toBe(true);
      expect(await buffer(blobs.open(hash))).toEqual(content);
      const [key = ''] = await keysOf(backend);
      expect((await backend.stat(key))?.sizeBytes).toBeLessThan(content.length / 10);
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
      expect(await keysOf(backend)).toHaveLength(1);
    });

    test('stays intact when the same hash is stored concurrently', async () => {
      const content = randomBytes(400_000);
      const hash = hashOf(content);
      const puts = Array.from({ length: 8 }, () => blobs.put(hash, inPieces(content, 1_000)));
      await Promise.all(puts);
      expect(await buffer(blobs.open(hash))).toEqual(content);
      expect(await keysOf(backend)).toHaveLength(1);
    });

    test('leaves nothing behind when the content stream fails', async () => {
      const hash = hashOf(Buffer.from('broken'));
      async function* breaking() {
        yield randomBytes(100_000);
        throw new Error('the connection broke');
      }
      await expect(blobs.put(hash, breaking())).rejects.toThrow('the connection broke');
      expect(await blobs.has(hash)).toBe(false);
      expect(await keysOf(backend)).toEqual([]);
    });

    test('refuses content that has another hash than its name', async () => {
      const evidence = new BlobStore('evidence', { backend, former: null });
      const hash = hashOf(Buffer.from('one'));
      await expect(evidence.put(hash, inPieces(Buffer.from('other')))).rejects.toThrow(
        'has another hash',
      );
      expect(await evidence.has(hash)).toBe(false);
    });

    test('shows a blob to nobody before its content is complete', async () => {
      const id = `imp_${'0'.repeat(26)}`;
      let finish = () => {};
      const gate = new Promise<void>((resolve) => {
        finish = resolve;
      });
      let isHalf = () => {};
      const half = new Promise<void>((resolve) => {
        isHalf = resolve;
      });
      async function* slowly() {
        yield randomBytes(3_000_000);
        isHalf();
        await gate;
        yield Buffer.from('end');
      }
      const adding = uploads.add(id, slowly());
      await half;
      expect([await uploads.has(id), await keysOf(backend)]).toEqual([false, []]);
      finish();
      expect((await adding).sizeBytes).toBe(3_000_003);
      expect([await uploads.has(id), await keysOf(backend)]).toEqual([true, [`incoming/${id}`]]);
    });

    test('returns size and hash of what was added, and hands it over as a file', async () => {
      const id = `imp_${'1'.repeat(26)}`;
      const content = randomBytes(70_000);
      const added = await uploads.add(id, inPieces(content));
      expect(added).toEqual({ sizeBytes: content.length, sha256: hashOf(content) });
      expect(await uploads.withFile(id, folder, (path) => readFile(path))).toEqual(content);
      expect(await readdir(folder)).toEqual([]);
    });

    test('reports a missing blob as an error of its stream', async () => {
      await expect(buffer(blobs.open('0'.repeat(64)))).rejects.toMatchObject({ code: 'ENOENT' });
    });

    test.each([
      '',
      'abc',
      '../../etc/passwd',
      'A'.repeat(64),
      `${'0'.repeat(63)}/`,
      '0'.repeat(65),
    ])('accepts only a SHA-256 as name: %j', async (wrong) => {
      await expect(blobs.put(wrong, inPieces(Buffer.from('x')))).rejects.toThrow(TypeError);
      await expect(blobs.has(wrong)).rejects.toThrow(TypeError);
      expect(() => blobs.open(wrong)).toThrow(TypeError);
      expect(await keysOf(backend)).toEqual([]);
    });

    test('deletes a blob once', async () => {
      const hash = hashOf(Buffer.from('gone'));
      await blobs.put(hash, inPieces(Buffer.from('gone')));
      expect([await blobs.remove(hash), await blobs.remove(hash)]).toEqual([true, false]);
      expect(await blobs.has(hash)).toBe(false);
    });

    test('lists the blobs of an area with size and time', async () => {
      const hash = hashOf(Buffer.from('a'));
      const id = `imp_${'2'.repeat(26)}`;
      const before = Date.now();
      await blobs.put(hash, inPieces(Buffer.from('a')));
      await uploads.add(id, inPieces(Buffer.from('upload')));
      expect(await keysOf(backend, 'raw-reports/')).toEqual([
        `raw-reports/${hash.slice(0, 2)}/${hash}.gz`,
      ]);
      const found = await backend.stat(`incoming/${id}`);
      expect(found).toMatchObject({ key: `incoming/${id}`, sizeBytes: 6 });
      // Object storage counts in seconds.
      expect(found?.storedAt.getTime()).toBeGreaterThan(before - 2_000);
      expect(found?.storedAt.getTime()).toBeLessThan(Date.now() + 2_000);
    });

    test('deletes blobs older than a given time only', async () => {
      const hash = hashOf(Buffer.from('young'));
      await blobs.put(hash, inPieces(Buffer.from('young')));
      expect(await blobs.removeOlderThan(new Date(Date.now() - 60_000))).toBe(0);
      expect(await uploads.removeOlderThan(new Date(Date.now() + 60_000))).toBe(0);
      expect(await blobs.has(hash)).toBe(true);
      expect(await blobs.removeOlderThan(new Date(Date.now() + 60_000))).toBe(1);
      expect(await blobs.has(hash)).toBe(false);
      expect(await blobs.removeOlderThan(new Date())).toBe(0);
    });

    testIf(options.age)('storing a blob again resets its age', async () => {
      const [old, again] = [Buffer.from('old'), Buffer.from('again')];
      for (const each of [old, again]) await blobs.put(hashOf(each), inPieces(each));
      for (const key of await keysOf(backend))
        await options.age?.(backend, key, new Date('2020-01-01'));
      await blobs.put(hashOf(again), inPieces(again));
      expect(await blobs.removeOlderThan(new Date('2021-01-01'))).toBe(1);
      expect([await blobs.has(hashOf(old)), await blobs.has(hashOf(again))]).toEqual([false, true]);
    });

    test('deletes what killed writers left', async () => {
      await options.leaveHalf(backend);
      expect(await keysOf(backend)).toEqual([]);
      if (!options.isUndated) expect(await backend.sweep(new Date(Date.now() - 60_000))).toBe(0);
      expect(await backend.sweep(new Date(Date.now() + 60_000))).toBe(1);
      expect(await backend.sweep(new Date(Date.now() + 60_000))).toBe(0);
    });

    test('still reads and deletes what lies where blobs were kept before', async () => {
      const { FolderBlobs } = await import('./folder-blobs.js');
      const former = new FolderBlobs(folder);
      const [kept, later] = [Buffer.from('kept'), Buffer.from('later')];
      const before = new BlobStore('raw-reports', { backend: former, former: null });
      await before.put(hashOf(kept), inPieces(kept));
      const now = new BlobStore('raw-reports', { backend, former });
      await now.put(hashOf(later), inPieces(later));
      for (const each of [kept, later]) expect(await buffer(now.open(hashOf(each)))).toEqual(each);
      expect(await keysOf(former)).toHaveLength(1);
      expect(await now.remove(hashOf(kept))).toBe(true);
      expect([await now.has(hashOf(kept)), await keysOf(former)]).toEqual([false, []]);
    });

    testIf(options.many)('lists more blobs than a page has', async () => {
      const ids = Array.from({ length: options.many ?? 0 }, (_, i) => `${i}`.padStart(26, '0'));
      for (let at = 0; at < ids.length; at += 50) {
        const some = ids.slice(at, at + 50);
        const write = (id: string) =>
          backend.write(`incoming/imp_${id}`, Readable.from([Buffer.from('x')]));
        await Promise.all(some.map(write));
      }
      expect(await keysOf(backend, 'incoming/')).toHaveLength(ids.length);
    });

    testIf(options.large)('streams both ways in bounded memory', async () => {
      const [size, piece] = [options.large ?? 0, randomBytes(256 * 1024)];
      const usedNow = () => process.memoryUsage().arrayBuffers;
      let [most, read] = [0, 0];
      const start = usedNow();
      const watch = setInterval(() => {
        most = Math.max(most, usedNow() - start);
      }, 20);
      async function* much() {
        for (let at = 0; at < size; at += piece.length) yield piece;
      }
      const id = `imp_${'3'.repeat(26)}`;
      await uploads.add(id, much());
      for await (const chunk of uploads.open(id)) read += (chunk as Buffer).length;
      clearInterval(watch);
      expect(read).toBe(size);
      expect(most).toBeLessThan(size / 2);
    });
  });
}
