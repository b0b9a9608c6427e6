import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { CliFolder, SAMPLE } from '../testing/run-cli.js';

// Commands are slow on a busy machine.
vi.setConfig({ testTimeout: 180_000 });

let folder: CliFolder;
beforeAll(async () => {
  folder = await CliFolder.make();
});
afterAll(() => folder.remove());

const run = (...args: string[]) => folder.run(['assessments', ...args]);
const json = async (...args: string[]) => {
  const { code, stdout, stderr } = await run(...args, '--json');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout);
};
/** Expects the exit code (2 for wrong usage, 1 for a failure), one error line and no output. */
async function refused(code: number, message: RegExp, ...args: string[]) {
  const result = await run(...args);
  expect({ args, code: result.code, stdout: result.stdout }).toEqual({ args, code, stdout: '' });
  expect(result.stderr).toMatch(message);
  expect(result.stderr).not.toMatch(/\n\s+at /);
}

const QUESTION = 'control:CRY-09';

test('an assessment is created, answered, filled in, exported, completed and reopened', async () => {
  const { items } = await json('questionnaires');
  const ids = items.map(({ id }: { id: string }) => id);
  expect(ids).toEqual(
    expect.arrayContaining(['soc2-readiness', 'owasp-asvs-5.0', 'owasp-samm-2.0']),
  );
  expect((await run('questionnaires')).stdout).toMatch(/owasp-samm-2\.0/);
  expect((await run('list')).stdout).toContain('There are no assessments yet');

  const { id } = await json('new', 'csf-2.0-profile', 'Q3 review', '--due', '2100-01-31');
  expect((await run('list')).stdout).toMatch(/Q3 review .*draft/);

  const answered = await json(
    ...['answer', id, QUESTION, 'yes', '--explanation', 'Keys are managed.'],
    ...['--url', 'https://example.org/keys', '--owner', 'Ada', '--days', '30'],
  );
  expect(answered.answer).toMatchObject({ value: 'yes', auto: false, owner: 'Ada' });
  expect(answered.answer.evidence).toMatchObject([{ url: 'https://example.org/keys' }]);

  const empty = (await run('answer', id, 'control:GOV-02', 'yes')).stdout;
  expect(empty).toContain('counts as partial: give --explanation');
  expect((await run('show', id, '--questions')).stdout).toMatch(/GOV-02.*yes \(without evidence\)/);
  await json('take-back', id, 'control:GOV-02');
  await refused(
    ...[2, /does not ask for this number/, 'answer', id, QUESTION, 'yes'],
    ...['--number', 'passwordMinLength=14'],
  );
  await refused(
    2,
    /passwordMinLength=14, not fourteen/,
    'answer',
    id,
    QUESTION,
    'yes',
    '--number',
    'fourteen',
  );

  expect((await folder.run(['import', SAMPLE])).code).toBe(0);
  const foreseen = await json('autofill', id, '--preview');
  expect(foreseen.counts.set).toBeGreaterThan(0);
  expect((await json('show', id)).score.auto).toBe(0);
  const filled = await run('autofill', id);
  expect(filled.stdout).toMatch(new RegExp(`^${foreseen.counts.set} filled in`));
  expect((await json('autofill', id)).counts.set).toBe(0);

  const shown = await json('show', id, '--questions');
  expect(shown.score).toMatchObject({ answered: foreseen.counts.set + 1 });
  const own = shown.questions.find((each: { id: string }) => each.id === QUESTION);
  expect(own.answer).toMatchObject({ value: 'yes', auto: false, explanation: 'Keys are managed.' });
  const human = (await run('show', id, '--questions')).stdout;
  expect(human).toMatch(/in progress/);
  expect(human).toMatch(/Whole/);
  expect(human).toMatch(/\(auto\)/);

  for (const [name, head] of [
    ['report.pdf', '%PDF-'],
    ['report.xlsx', 'PK'],
  ] as const) {
    const file = join(folder.path, name);
    const { bytes } = await json('export', id, file);
    const written = await readFile(file);
    expect(written.length).toBe(bytes);
    expect(written.subarray(0, head.length).toString('latin1')).toBe(head);
  }

  expect((await json('complete', id)).status).toBe('completed');
  await refused(1, /completed; reopen it/, 'answer', id, QUESTION, 'no');
  await refused(1, /completed already/, 'complete', id);
  await refused(1, /record and cannot be deleted/, 'delete', id, '--confirm', id);
  await refused(2, /10/, 'reopen', id, 'oops');
  const open = await json('reopen', id, 'an answer was wrong');
  expect(open.status).toBe('reopened');
  expect(open.transitions.at(-1)).toMatchObject({ reason: 'an answer was wrong' });
});

test('deleting withdraws its decisions and needs the id again; restoring brings them back', async () => {
  const { id } = await json('new', 'csf-2.0-profile', 'Thrown away');
  await json('answer', id, 'control:CRY-05', 'yes');
  await refused(2, /--confirm/, 'delete', id);
  await refused(2, /--confirm must be/, 'delete', id, '--confirm', 'another');
  expect(await json('delete', id, '--confirm', id)).toMatchObject({ decisions: 1 });
  await refused(1, /no such assessment/, 'show', id);
  expect((await json('list')).items.map((each: { id: string }) => each.id)).not.toContain(id);
  const deleted = (await run('list', '--deleted')).stdout;
  expect(deleted).toMatch(/Thrown away/);
  expect(deleted).toMatch(/deleted by .*, restorable until \d{4}-/);
  expect((await run('restore', id)).stdout).toMatch(/restored; 1 decisions and 0 attestations/);
  expect((await json('show', id)).name).toBe('Thrown away');
  await refused(1, /no such deleted assessment/, 'restore', id);
  expect((await run('take-back', id, 'control:CRY-05')).stdout).toMatch(/withdrawn/);
  await refused(1, /no answer to withdraw/, 'take-back', id, 'control:CRY-05');
  const cited = await json('answer', id, 'control:CRY-05', 'yes', '--evidence', 'evd_1');
  expect(cited.answer.evidence).toMatchObject([{ kind: 'evidence', evidenceId: 'evd_1' }]);
  const next = await json('next', id, 'The year after');
  expect(next).toMatchObject({ previousId: id, name: 'The year after', score: { answered: 1 } });
});

test('wrong usage exits with 2, a missing object with 1', async () => {
  const { id } = await json('new', 'owasp-samm-2.0', 'SAMM');
  await refused(2, /value/, 'answer', id, 'G-SM-A-1', 'perhaps');
  await refused(2, /validityDays/, 'answer', id, 'G-SM-A-1', 'yes', '--days', 'many');
  await refused(2, /address/, 'answer', id, 'G-SM-A-1', 'yes', '--url', 'file:///etc/hosts');
  await refused(
    2,
    /error: explanation: state why it does not apply/,
    'answer',
    id,
    'G-SM-A-1',
    'not-applicable',
  );
  await refused(1, /no such question/, 'answer', id, 'G-SM-A-9', 'yes');
  await refused(2, /unknown questionnaire/, 'new', 'none', 'A name');
  await refused(2, /level/, 'new', 'owasp-asvs-5.0', 'A name', '--level', 'x');
  await refused(2, /due/, 'new', 'owasp-samm-2.0', 'A name', '--due', '31.1.2100');
  await refused(2, /due/i, 'new', 'owasp-samm-2.0', 'A name', '--due', '2001-01-31');
  await refused(2, /name/, 'new', 'owasp-samm-2.0', '');
  await refused(1, /no question is answered/, 'complete', id);
  await refused(2, /\.pdf or \.xlsx/, 'export', id, join(folder.path, 'report.doc'));
  await refused(1, /no such assessment/, 'show', 'asm_none');
  await refused(2, /missing required argument/, 'answer', id);
});
