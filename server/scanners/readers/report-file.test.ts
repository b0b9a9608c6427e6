import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { built } from '../../package-root.js';
import { Parsing } from '../../platform/parsing/parsing.js';
import { ocsfReport } from '../../testing/prowler-rows.js';
import { TOOL_REPORTS } from '../../testing/tool-reports.js';
import type { ReportRow } from '../rows/report.js';
import { maskedStream } from '../secrets/masked-stream.js';
import { maskedReportFile, readReportFile } from './report-file.js';

vi.setConfig({ testTimeout: 120_000 });

const here = new Parsing({ entry: null });
const apart = new Parsing({ entry: built('server', 'parsers.js') });
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cspm-reports-'));
});
afterAll(async () => {
  apart.close();
  await rm(folder, { recursive: true, force: true });
});

async function stored(name: string, content: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

async function readIn(parsing: Parsing, path: string) {
  const rows: ReportRow[] = [];
  const outcome = await readReportFile(parsing, path, {
    fileName: 'report',
    onRows: (batch) => void rows.push(...batch),
  });
  return { rows, outcome };
}

describe('a report that is read in a process apart', () => {
  const REPORTS: [format: string, content: string][] = [
    ['prowler-ocsf', ocsfReport([{ check: 'iam_a', resource: 'a' }] as never)],
    ...TOOL_REPORTS.map(({ format, fails, text: of }): [string, string] => [format, of(fails)]),
  ];

  test.each(REPORTS)('has the same rows and facts: %s', async (format, content) => {
    const path = await stored(`${format}.report`, content);
    expect(await readIn(apart, path)).toEqual(await readIn(here, path));
  });

  test('has one description for all rows of a check, as many as there are', async () => {
    const one = TOOL_REPORTS.find(({ format }) => format === 'trivy-json');
    const fails = Array.from({ length: 1_200 }, (_, n) => `CVE-2024-${n % 3}`);
    const { rows } = await readIn(apart, await stored('many', one?.text(fails) ?? ''));
    expect(rows.length).toBe(1_200);
    expect(new Set(rows.map(({ check }) => check)).size).toBe(3);
  });

  test('names the file when it is no report', async () => {
    const path = await stored('empty.json', '');
    await expect(readIn(apart, path)).rejects.toMatchObject({
      status: 422,
      message: expect.stringMatching(/^report is empty/),
    });
  });

  test('ends when its rows cannot be stored, with that error', async () => {
    const path = await stored('full.json', TOOL_REPORTS[0]?.text(['CVE-2024-0001']) ?? '');
    const error = new Error('the disk is full');
    const onRows = () => Promise.reject(error);
    await expect(readReportFile(apart, path, { fileName: 'full', onRows })).rejects.toBe(error);
  });

  test('is stored without its secrets', async () => {
    const content = JSON.stringify({ password: 'hunter2-planted', padding: 'x'.repeat(600_000) });
    const path = await stored('secret.json', content);
    const format = 'trivy-json';
    const masked = maskedReportFile(apart, path, { fileName: 'secret', format });
    const expected = maskedStream(Readable.from([Buffer.from(content)]), { format });
    expect(await text(Readable.from(masked))).toBe(await text(Readable.from(expected)));
  });
});
