import readExcelFile from 'read-excel-file/node';
import { expect, it } from 'vitest';
import type { Finding } from '../../../../contract/security-scans.js';
import { anActor } from '../../../testing/test-core.js';
import { FindingExportService } from './finding-export.service.js';

const TEXTS =
  'status severity tool checkId title resourceUid resourceName resourceType provider accountId accountName region service firstSeenAt lastSeenAt observed';
const MEMBERS = {
  ...Object.fromEntries(TEXTS.split(' ').map((name) => [name, ''])),
  ...{ staleSince: null, resolvedAt: null, triage: null },
};

/** Findings page by page, of which an export only reads these members. */
async function* pagesOf(count: number) {
  for (let at = 0; at < count; at += 2) {
    const ids = [at, at + 1].filter((n) => n < count);
    yield ids.map((n) => ({ ...MEMBERS, id: `f${n}` }));
  }
}
const exportOf = async (count: number, format: 'csv' | 'xlsx') => {
  const pages = async () => pagesOf(count) as AsyncIterable<unknown> as AsyncIterable<Finding[]>;
  const service = new FindingExportService({ findings: { pages }, maxWorkbookRows: 3 });
  const answer = await service.export(anActor('default'), {}, format);
  const chunks: Buffer[] = [];
  for await (const chunk of answer.content) chunks.push(Buffer.from(chunk));
  return { leftOut: answer.leftOut, bytes: Buffer.concat(chunks) };
};

it('a workbook says how many findings it has no room for', async () => {
  const { leftOut, bytes } = await exportOf(8, 'xlsx');
  expect(leftOut).toBe(5);
  const [findings, note] = await readExcelFile(bytes);
  expect(findings?.data.map(([id]) => id)).toEqual(['id', 'f0', 'f1', 'f2']);
  expect(note?.sheet).toBe('5 left out');
  expect(note?.data).toEqual([
    ['5 findings are left out: a workbook has the first 3. Filter them, or export CSV.'],
  ]);
});

it('a workbook with room for all has them only, and CSV has no limit', async () => {
  const whole = await exportOf(3, 'xlsx');
  expect(whole.leftOut).toBeUndefined();
  expect(await readExcelFile(whole.bytes)).toHaveLength(1);
  const { leftOut, bytes } = await exportOf(8, 'csv');
  expect([leftOut, bytes.toString().trim().split('\r\n').length]).toEqual([undefined, 9]);
});
