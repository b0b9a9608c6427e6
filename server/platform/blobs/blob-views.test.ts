import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createNewId, systemClock } from '../clock.js';
import { SqliteDatabase } from '../database/sqlite-database.js';
import { BlobViews } from './blob-views.js';
import { BlobViewsRepository } from './blob-views.repository.js';
import { Blobs } from './blobs.js';
import { FolderBlobs } from './folder-blobs.js';

let folder: string;
let database: SqliteDatabase;
const running: BlobViews[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cspm-views-'));
  database = new SqliteDatabase(':memory:', { name: 'platform', transport: 'in-process' });
});
afterEach(async () => {
  for (const each of running.splice(0)) await each.end();
  await database.close();
  await rm(folder, { recursive: true, force: true });
});

/** A process that keeps its files in this folder. */
function processWith(place: string): BlobViews {
  const files = new FolderBlobs(join(folder, place));
  const views = new BlobViews({
    blobs: new Blobs(files, files),
    views: new BlobViewsRepository(database),
    clock: systemClock,
    newId: createNewId(systemClock),
    log: pino({ level: 'silent' }),
  });
  running.push(views);
  return views;
}

test('processes on one folder see the same files', async () => {
  const [one, two] = [processWith('shared'), processWith('shared')];
  one.begin('api');
  expect(await one.health()).toMatchObject({ ok: true, problem: null, processes: 1, blind: [] });
  two.begin('worker');
  expect(await two.health()).toMatchObject({ ok: true, processes: 2, blind: [] });
});

test('a process with another folder says so, and the others report it', async () => {
  const [one, two] = [processWith('first'), processWith('second')];
  one.begin('api');
  await one.health();
  two.begin('worker');
  expect(await two.health()).toMatchObject({
    ok: false,
    problem: expect.stringContaining('BLOBS'),
  });
  const { ok, blind, problem } = await one.health();
  expect([ok, blind]).toEqual([false, [expect.objectContaining({ role: 'worker' })]]);
  expect(problem).toMatch(/\(worker\) does not see/);
});

test('follows an installation that keeps its files elsewhere from now on', async () => {
  const before = processWith('first');
  before.begin('all');
  await before.health();
  await before.end();
  const after = processWith('second');
  after.begin('all');
  expect(await after.health()).toMatchObject({ ok: true, processes: 1 });
});

test('a command looks only: it registers nothing and writes no probe', async () => {
  const command = processWith('first');
  expect(await command.health()).toMatchObject({ ok: true, processes: 0 });
  const server = processWith('second');
  server.begin('all');
  await server.health();
  expect(await command.health()).toMatchObject({ ok: false, processes: 1 });
});
