import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { loadCatalogue } from '../modules/catalogue/common-controls/catalogue.js';
import { propertyRuns } from '../testing/property-runs.js';
import { CliFolder } from '../testing/run-cli.js';
import { MAX_LINE_LENGTH, mapLines } from './commands/map.js';

// Commands are slow on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

/** The exact shape that scripts rely on. */
const Answer = z.strictObject({
  id: z.union([z.string(), z.number()]).nullable(),
  controls: z.array(
    z.strictObject({
      id: z.string(),
      tier: z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4)]),
      confidence: z.number().min(0).max(1),
      why: z.string().min(1),
    }),
  ),
  requirements: z.record(z.string(), z.array(z.string()).min(1)),
});

const FINDING = {
  id: 'a',
  tool: 'prowler',
  provider: 'aws',
  checkId: 's3_bucket_default_encryption',
  title: 'S3 bucket has default server-side encryption (SSE) enabled',
  description: 'Buckets are encrypted.',
  risk: 'Data could be read.',
  severity: 'medium',
  service: 's3',
  resourceType: 'AwsS3Bucket',
};

async function map(lines: readonly string[], tiers?: (1 | 2 | 3 | 4)[]) {
  let text = '';
  const complaints: string[] = [];
  const wrong = await mapLines(
    (async function* () {
      // Chunks end anywhere, even inside a character.
      const bytes = Buffer.from(lines.join('\n'));
      for (let at = 0; at < bytes.length; at += 1_013) yield bytes.subarray(at, at + 1_013);
    })(),
    {
      tiers: tiers && new Set(tiers),
      write: async (part) => {
        text += part;
      },
      complain: (line) => complaints.push(line),
    },
  );
  const answers = text.trimEnd() === '' ? [] : text.trimEnd().split('\n');
  return { answers: answers.map(parsed), complaints, wrong };
}

const checked = new Set<string>();

/** Validates answers that differ only in their id once. */
function parsed(line: string): z.output<typeof Answer> {
  const content = line.replace(/^\{"id":(?:\d+|null|"[^"\\]*"),/, '');
  const answer: unknown = JSON.parse(line);
  if (content !== line && checked.has(content)) return answer as z.output<typeof Answer>;
  checked.add(content);
  return Answer.parse(answer);
}

describe('a mapped finding', () => {
  test('has its controls, best first, and their requirements', async () => {
    const { answers } = await map([JSON.stringify(FINDING)]);
    const [answer] = answers;
    expect(answer?.id).toBe('a');
    expect(answer?.controls[0]).toMatchObject({ id: 'CRY-05', tier: 1, confidence: 0.95 });
    expect(answer?.controls[0]?.why).toContain('whether stored data is encrypted');
    expect(answer?.requirements).toMatchObject({
      'nist-800-53-r5': expect.arrayContaining(['SC-28', 'SC-28(1)']),
      'soc2-tsc-2017': expect.arrayContaining(['CC6.1']),
      'hipaa-security-rule': expect.arrayContaining(['164.312(a)(2)(iv)']),
    });
    const { frameworks } = loadCatalogue();
    for (const [framework, ids] of Object.entries(answer?.requirements ?? {})) {
      const known = frameworks.get(framework)?.requirements.map(({ id }) => id);
      expect(known).toEqual(expect.arrayContaining(ids));
    }
  });

  test('uses only the tiers that were requested', async () => {
    const tierOf = async (...tiers: (1 | 2 | 3 | 4)[]) =>
      (await map([JSON.stringify(FINDING)], tiers)).answers[0]?.controls[0]?.tier ?? null;
    expect([await tierOf(1), await tierOf(3), await tierOf(4)]).toEqual([1, 3, 4]);
    const byDomain = await map([JSON.stringify(FINDING)], [4]);
    expect(byDomain.answers[0]?.requirements).toEqual({});
  });

  test('may have numbers instead of text, and any severity', async () => {
    const lines = [
      '{"id":1,"tool":"nmap","checkId":23,"service":23,"title":"telnet is open","severity":7}',
      '{"id":2,"tool":"nmap","checkId":"23","service":"23","title":"telnet is open","severity":{"x":1}}',
    ];
    const { answers, wrong } = await map(lines);
    expect(wrong).toBe(0);
    expect(answers[0]?.controls).toEqual(answers[1]?.controls);
  });

  test('may lack any field, and keeps its id', async () => {
    const { answers, wrong } = await map(['{}', '{"id":7}', '{"id":"x","title":"MFA is off"}']);
    expect(wrong).toBe(0);
    expect(answers.map(({ id }) => id)).toEqual([null, 7, 'x']);
    expect(answers[2]?.controls[0]).toMatchObject({ id: 'IAC-06', tier: 3 });
    expect(answers[0]?.controls[0]?.tier).toBe(4);
  });
});

describe('lines', () => {
  test('that are invalid are reported by number, and the others answered in order', async () => {
    const good = (id: string) => JSON.stringify({ ...FINDING, id, title: 'Schlüssel é 鍵' });
    const long = JSON.stringify({ id: 'long', title: 'x'.repeat(MAX_LINE_LENGTH) });
    const { answers, complaints, wrong } = await map([
      good('1'),
      '{"id":',
      '',
      '[1]',
      good('5'),
      long,
      '{"id":"7","title":[]}',
      good('8'),
      `\uFEFF${good('9')}`,
    ]);
    expect(answers.map(({ id }) => id)).toEqual(['1', '5', '8', '9']);
    expect(wrong).toBe(4);
    const plain = complaints.map((line) => line.replace(/^.*line/, 'line'));
    expect(plain[0]).toBe('line 2: not JSON');
    expect(plain[1]).toMatch(/^line 4: not a finding/);
    expect(plain[2]).toBe(`line 6: longer than ${MAX_LINE_LENGTH} characters`);
    expect(plain[3]).toBe('line 7: title: must be text');
  });

  test('are all answered in order, however many there are', async () => {
    const many = propertyRuns(100_000, 20_000);
    const lines = Array.from({ length: many }, (_, at) =>
      JSON.stringify({ ...FINDING, id: at, checkId: '', title: `Bucket ${at % 1_600} is public` }),
    );
    const { answers } = await map(lines, [3]);
    expect(answers.length).toBe(many);
    expect(answers.every(({ id }, at) => id === at)).toBe(true);
  }, 120_000);
});

describe('the command', () => {
  let folder: CliFolder;
  beforeAll(async () => {
    folder = await CliFolder.make();
  });
  afterAll(() => folder.remove());

  test('needs no database, and exits with 1 when a line is invalid', async () => {
    const line = JSON.stringify(FINDING);
    await writeFile(join(folder.path, 'good.jsonl'), `${line}\n${line}\n`);
    const good = await folder.run(['map', '--tiers', '1,2'], {}, { stdin: `${line}\n${line}\n` });
    expect([good.code, good.stderr, good.stdout.trimEnd().split('\n').length]).toEqual([0, '', 2]);
    const bad = await folder.shell('(echo nonsense; cat good.jsonl) | cspm map');
    expect([bad.code, bad.stdout.trimEnd().split('\n').length]).toEqual([1, 2]);
    expect(bad.stderr).toContain('line 1: not JSON');
    expect((await folder.shell('ls')).stdout).toBe('good.jsonl\n');
  });

  test('rejects unknown tiers', async () => {
    const { code, stderr } = await folder.run(['map', '--tiers', '3,5']);
    expect(code).toBe(2);
    expect(stderr).toContain('--tiers 3,5');
  });
});
