import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { hashOf, inPieces, keysOf } from './blob-backend.contract.js';
import { Blobs } from './blobs.js';
import { FolderBlobs } from './folder-blobs.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cspm-blobs-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('moves what former releases left on this host, and keeps waiting uploads', async () => {
  const dataDir = new FolderBlobs(join(folder, 'data'));
  const before = new Blobs(dataDir, dataDir);
  const [report, evidence] = [Buffer.from('report'), Buffer.from('evidence')];
  await before.rawReports.put(hashOf(report), inPieces(report));
  await before.evidence.put(hashOf(evidence), inPieces(evidence));
  await before.incoming.add(`imp_${'0'.repeat(26)}`, inPieces(report));
  expect(before.isShared).toBe(false);
  expect(await before.leftOnThisHost()).toEqual({ files: 0, bytes: 0 });

  const now = new Blobs(new FolderBlobs(join(folder, 'shared')), dataDir);
  expect(await now.leftOnThisHost()).toMatchObject({ files: 2 });
  expect(await now.moveFromThisHost()).toMatchObject({ files: 2 });
  expect(await keysOf(dataDir)).toEqual([`incoming/imp_${'0'.repeat(26)}`]);
  expect(await buffer(now.rawReports.open(hashOf(report)))).toEqual(report);
  expect(await buffer(now.evidence.open(hashOf(evidence)))).toEqual(evidence);
  expect(await now.moveFromThisHost()).toEqual({ files: 0, bytes: 0 });
});

test('deletes old files of this host only on request, and shared ones for all', async () => {
  const dataDir = new FolderBlobs(join(folder, 'data'));
  const blobs = new Blobs(new FolderBlobs(join(folder, 'shared')), dataDir);
  const report = Buffer.from('report');
  await blobs.rawReports.put(hashOf(report), inPieces(report));
  const future = new Date(Date.now() + 60_000);
  expect(await blobs.onThisHost('raw-reports').removeOlderThan(future)).toBe(0);
  expect(await blobs.rawReports.removeOlderThan(future)).toBe(1);
});
