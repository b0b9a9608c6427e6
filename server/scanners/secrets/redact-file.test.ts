import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { redactFile, replaceInFile } from './redact-file.js';
import { redactor } from './redactor.js';

const SECRET = 'wJalrXUtnFEMI/K7MDENG+x"y';
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cspm-redact-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it.each([
  ['plain', SECRET],
  ['in an address', encodeURIComponent(SECRET)],
  ['in JSON', JSON.stringify(SECRET)],
  ['in JSON with escaped slashes', JSON.stringify(SECRET).replaceAll('/', '\\/')],
])('removes a secret %s from texts and files', async (_, written) => {
  expect(redactor([SECRET])(`it is ${written}.`)).not.toContain('wJalr');
  const path = join(folder, 'report');
  await writeFile(path, `it is ${written}.`);
  await redactFile(path, [SECRET]);
  const text = await readFile(path, 'utf8');
  expect(text).not.toContain('wJalr');
  expect(text).toMatch(/^it is "?\*{8}"?\.$/);
});

it('removes a secret across two chunks and changes no other byte', async () => {
  const path = join(folder, 'large');
  const noise = Buffer.from(Array.from({ length: 1024 * 1024 - 10 }, (_, i) => (i * 7) % 256));
  await writeFile(path, Buffer.concat([noise, Buffer.from('secret-in-the-middle'), noise]));
  await redactFile(path, ['secret-in-the-middle']);
  const masked = Buffer.from('*'.repeat(8));
  expect((await readFile(path)).equals(Buffer.concat([noise, masked, noise]))).toBe(true);
});

it('does not treat words of three letters as secrets', () => {
  expect(redactor(['abc'])('abc')).toBe('abc');
});

it('replaces each text once, even by one that contains it', async () => {
  const path = join(folder, 'paths');
  const seen = '/scan/input/source';
  await writeFile(path, `"${seen}" `.repeat(200_000));
  await replaceInFile(path, [
    [seen, `/srv${seen}$&`],
    ['a.b', 'never'],
  ]);
  expect(await readFile(path, 'utf8')).toBe(`"/srv${seen}$&" `.repeat(200_000));
});
