import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import readExcelFile from 'read-excel-file/node';
import { afterAll, beforeAll, expect, it, test, vi } from 'vitest';
import { pdfText } from '../../../testing/pdf-text.js';
import { createTestApp, scansToControlsAnd, type TestApp } from '../../../testing/test-core.js';
import { TestTeam } from '../../../testing/test-team.js';
import type { Assessments } from '../index.js';
import { latinOf } from './latin-text.js';

let app: TestApp;
let assessments: Assessments;
let team: TestTeam;
let assessmentId: string;

const FORMULA = '=HYPERLINK("https://example.org","open")';

beforeAll(async () => {
  app = await createTestApp(scansToControlsAnd('assessments'));
  assessments = app.container.get('assessments');
  team = new TestTeam(app, 'default');
  const input = { questionnaireId: 'owasp-api-top-10-2023', name: 'API review “Łódź” 東京' };
  assessmentId = (await assessments.assessments.create(team.actor, input)).id;
  const given = { owner: '@team', evidence: [], value: 'yes' as const };
  const { answers } = assessments;
  await answers.answer(team.actor, assessmentId, 'API1:2023-1', { ...given, explanation: FORMULA });
  await answers.answer(team.actor, assessmentId, 'API1:2023-3', { ...given, explanation: '' });
  await answers.answer(team.actor, assessmentId, 'API1:2023-2', {
    value: 'partially',
    explanation: `Long. ${'Every object is checked by its owner. '.repeat(90)}End of it.`,
    owner: null,
    evidence: [{ kind: 'url', url: 'https://example.org/report', label: 'Report' }],
  });
});
afterAll(() => app.close());

const exported = async (format: 'pdf' | 'xlsx', id = assessmentId) => {
  const { content, ...file } = await assessments.exports.export(team.actor, id, format);
  return { ...file, bytes: await buffer(Readable.from(content, { objectMode: false })) };
};

it('is a PDF with cover, categories, answers and numbered pages', async () => {
  const { bytes, contentType, fileName } = await exported('pdf');
  expect(contentType).toBe('application/pdf');
  expect(fileName).toBe('API review “Łódź” 東京.pdf');
  const text = pdfText(bytes);
  for (const part of [
    'Scope',
    'Score per category',
    'OWASP API Security Top 10 2023',
    'Broken object level authorization',
    'Every object is checked by its owner.',
    'End of it.',
    'Report: https://example.org/report',
    'Partially',
    'Unanswered',
    'Yes (without evidence)',
    'the workbook has the full text',
  ])
    expect(text.replaceAll('\n', ' ')).toContain(part);
  const pages = [...text.matchAll(/page (\d+) of (\d+)/g)].map(([, n, of]) => [
    Number(n),
    Number(of),
  ]);
  expect(pages.length).toBeGreaterThan(10);
  expect(pages.map(([n]) => n)).toEqual(pages.map((_, i) => i + 1));
  expect(new Set(pages.map(([, of]) => of))).toEqual(new Set([pages.length]));
});

it('is a workbook that can be read back, with formulas as plain text', async () => {
  const { bytes } = await exported('xlsx');
  const sheets = await readExcelFile(Buffer.from(bytes));
  expect(sheets.map(({ sheet }) => sheet)).toEqual(['Summary', 'Answers']);
  const [summary, answers] = sheets.map(({ data }) => data);
  expect(summary?.[0]).toEqual(expect.arrayContaining(['Assessment', 'API review “Łódź” 東京']));
  const [head = [], ...rows] = answers ?? [];
  expect(rows).toHaveLength(28);
  const column = (title: string) => head.indexOf(title);
  const first = rows.find((row) => row[column('Question')] === 'API1:2023-1');
  expect(first?.[column('Explanation')]).toBe(`'${FORMULA}`);
  expect(first?.[column('Owner')]).toBe("'@team");
  expect(first?.[column('Answer')]).toBe('yes');
  const empty = rows.find((row) => row[column('Question')] === 'API1:2023-3');
  expect(empty?.[column('Answer')]).toBe('yes (without evidence)');
  const cells = rows.flat().filter((cell) => typeof cell === 'string');
  expect(cells.filter((cell) => /^[=+\-@]/.test(cell))).toEqual([]);
});

it('has the same bytes for the same state at any time', async () => {
  const before = await Promise.all([exported('pdf'), exported('xlsx')]);
  app.clock.moveDays(0.2);
  // Archives and PDFs could contain the time of the machine.
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 3_600_000 });
  const after = await Promise.all([exported('pdf'), exported('xlsx')]).finally(() =>
    vi.useRealTimers(),
  );
  before.forEach(({ bytes }, i) => {
    expect(Buffer.compare(Buffer.from(bytes), Buffer.from(after[i]?.bytes ?? []))).toBe(0);
  });
});

it('is returned as a file to download', async () => {
  const url = `/api/assessments/${assessmentId}/export?format=xlsx`;
  const { statusCode, headers, rawPayload } = await app.server.inject({ method: 'GET', url });
  expect(statusCode).toBe(200);
  expect(headers['content-type']).toContain('spreadsheetml');
  expect(headers['content-disposition']).toMatch(
    /^attachment; filename="[\w.-]+"; filename\*=UTF-8''API/,
  );
  expect(rawPayload.subarray(0, 2).toString()).toBe('PK');
});

it('states the share that passes, and what expired answers and evidence took', async () => {
  const frameworkId = 'nist-800-53-r5';
  const questionnaireId = `framework:${frameworkId}`;
  const { id } = await assessments.assessments.create(team.actor, { questionnaireId, name: 'Own' });
  const at = app.clock.now();
  await team.import([{ check: 'kms_cmk_are_used', resource: 'key', status: 'PASS' }], {
    at: at.toISOString(),
  });
  const [question] = await assessments.answers.all(team.actor, id);
  await assessments.answers.answer(team.actor, id, question?.id ?? '', {
    ...{ value: 'yes', explanation: 'The policy says so.', owner: null, evidence: [] },
    validityDays: 10,
  });
  app.clock.moveDays(100);
  await app.compliance.engine.catchUp(team.actor);
  const { name, expired } = await app.compliance.posture.framework(team.actor, frameworkId);
  const facts = [
    /^1 no longer count: 0\.[1-9] points$/,
    new RegExp(`^100 % of the results for ${name}, evaluated \\d{4}-`),
    /^Expired evidence of \d controls takes 0\.\d points off the score/,
  ];
  expect(expired?.points).toBeGreaterThan(0);
  const sheets = await readExcelFile(Buffer.from((await exported('xlsx', id)).bytes));
  const rows = new Map(sheets[0]?.data.map(([label, text]) => [label, String(text)]));
  const labels = ['Expired answers', 'Passing', 'Lost by age'];
  labels.forEach((label, i) => {
    expect(rows.get(label)).toMatch(facts[i] ?? '');
  });
  const pdf = pdfText((await exported('pdf', id)).bytes).replace(/\s+/g, ' ');
  for (const label of labels) expect(pdf).toContain(`${label} ${rows.get(label)}`);
});

test('text that the standard fonts lack is replaced and reported', () => {
  expect(latinOf('Zürich – “ok” €')).toEqual({ text: 'Zürich – “ok” €', isWhole: true });
  expect(latinOf('Łódź → ≥ 5')).toEqual({ text: 'Lódz -> >= 5', isWhole: true });
  expect(latinOf('東京\u0007\u202e')).toEqual({ text: '??', isWhole: false });
});
