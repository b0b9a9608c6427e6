import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { InvalidInputError } from '../../platform/errors.js';
import { topKeys } from '../readers/json-keys.js';
import { xmlRoot } from '../readers/xml-root.js';
import type { ReadOutcome, ReportRow } from '../rows/report.js';
import type { BuiltInScanner } from '../runs/scanner.js';
import type { RunResult } from '../runs/tool-run.js';
import { hostileVariants } from '../testing/hostile-variants.js';
import { ended, readAs } from '../testing/judging.js';
import { identityOf, inChunks, readRows } from '../testing/read-rows.js';
import { SCAN_UNITS, scanMaterial } from '../testing/scan-units.js';
import { TOOLS } from './registry.js';
import type { ProgramScan, Tool } from './tool.js';

interface Fixture {
  name: string;
  bytes: Buffer;
}

/** The reports in the tool's `fixtures`, without notes about them. */
export function fixturesOf({ id }: Tool): Fixture[] {
  const folder = join(import.meta.dirname, id, 'fixtures');
  return readdirSync(folder)
    .filter((name) => !name.endsWith('.md'))
    .map((name) => ({ name, bytes: readFileSync(join(folder, name)) }));
}

/** The contract of every tool; `registry.test.ts` runs it for each declaration. */
export function toolContract(tool: Tool): void {
  describe(tool.id, () => {
    const fixtures = fixturesOf(tool);
    describe.each(fixtures)('reading $name', (fixture) => readingContract(tool, fixture));

    it('has a fixture of each of its formats', async () => {
      const read = await Promise.all(fixtures.map(({ bytes, name }) => readRows(bytes, name)));
      const formats = new Set(read.map(({ outcome }) => outcome.format));
      const missing = tool.formats.map(({ id }) => id).filter((id) => !formats.has(id));
      expect(missing).toEqual([]);
      expect(read.length).toBeGreaterThan(0);
    });

    it('stores results apart from formats of any tool, unless its name differs there', async () => {
      if (tool.isSuffixedElsewhere || tool.ofAnyTool) return;
      const read = await Promise.all(fixtures.map(({ bytes, name }) => readRows(bytes, name)));
      const providers = new Set(read.flatMap(({ rows }) => rows.map(({ provider }) => provider)));
      expect([...providers]).not.toContain('code');
      expect([...providers]).not.toContain('other');
    });

    const { scan } = tool;
    if (scan && 'plan' in scan) programContract(tool, scan);
    if (scan && 'perform' in scan) {
      judgeContract((given) => (scan as BuiltInScanner).judge(given));
    }
  });
}

function readingContract(tool: Tool, { name, bytes }: Fixture): void {
  const said = ({ verdict, ...row }: ReportRow) => `${verdict} ${identityOf({ verdict, ...row })}`;
  const whole = readRows(bytes, name);

  it('is recognised as one format of the tool', async () => {
    const { outcome } = await whole;
    expect(outcome).toMatchObject({ rejected: expect.any(Number), results: expect.any(Number) });
    expect(outcome.results).toBeGreaterThan(0);
    const own = tool.formats.map(({ id }) => id);
    if (own.length > 0) expect(own).toContain(outcome.format);
    else expect(outcome.tool).toBe(tool.id);
    expect(claimants(bytes)).toEqual([outcome.format]);
  });

  it('gives the same rows whatever the chunks', async () => {
    const { rows, outcome } = await whole;
    for (const size of [97, 4099]) {
      const again = await readRows(inChunks(bytes, size), name);
      expect(again.rows).toEqual(rows);
      // JSON leaves out functions, which describe what a place covers.
      expect(JSON.stringify(again.outcome)).toEqual(JSON.stringify(outcome));
    }
  });

  it.each([0.35, 0.6, 0.85, 0.97])(
    'keeps its good beginning when truncated at %d',
    async (share) => {
      const all = (await whole).rows.map(said);
      const cut = await readRows(bytes.subarray(0, Math.floor(bytes.length * share)), name).catch(
        (error: unknown) => {
          // Not a single result was complete.
          expect(error).toBeInstanceOf(InvalidInputError);
          return null;
        },
      );
      if (!cut) return;
      expect(cut.outcome.partial).toBe(true);
      expect(cut.outcome.problem).toContain(name);
      // In formats without an end marker, the last row may be truncated.
      const kept = cut.rows.map(said);
      expect(all.slice(0, Math.max(0, kept.length - 1))).toEqual(kept.slice(0, -1));
    },
  );

  it('bounds and cleans hostile values', async () => {
    for (const variant of hostileVariants(bytes)) {
      const read = await readRows(variant, name).catch((error: unknown) => {
        expect(error).toBeInstanceOf(InvalidInputError);
        return null;
      });
      for (const row of read?.rows ?? []) expect(faultsOf(row)).toEqual([]);
    }
  });
}

/** The formats that recognise a file. */
function claimants(bytes: Buffer): string[] {
  const text = bytes.toString('utf8').replace(/^\ufeff/, '');
  const isJson = /^\s*[[{]/.test(text);
  const top = topKeys(text.slice(0, 16_384));
  return TOOLS.flatMap(({ formats }) => formats)
    .filter((format) => {
      if (format.kind === 'document') return isJson && format.isIt(top);
      if (format.kind === 'elements') return isJson && format.isOne(firstElement(text));
      if (format.kind === 'xml') return format.root === xmlRoot(text.slice(0, 16_384));
      const [line = ''] = text.split(/[\r\n]/, 1);
      return format.isHeader(line.split(format.delimiter).map((cell) => cell.replaceAll('"', '')));
    })
    .map(({ id }) => id);
}

function firstElement(text: string): Record<string, unknown> {
  const first = text.split('\n', 1)[0] ?? '';
  const value = parsed(text) ?? parsed(first);
  const list = (value as { Findings?: unknown[] } | null)?.Findings ?? value;
  return (Array.isArray(list) ? list[0] : list) as Record<string, unknown>;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const MAX_TEXT = 20_100;

/** Text that must not reach a store or a terminal. */
function faultsOf(row: ReportRow): string[] {
  const faults: string[] = [];
  const look = (value: unknown, path: string): void => {
    if (typeof value === 'string') {
      if (value.length > MAX_TEXT) faults.push(`${path} has ${value.length} characters`);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what the test searches
      if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202e]/.test(value)) {
        faults.push(`${path} holds control characters`);
      }
    } else if (typeof value === 'object' && value !== null) {
      for (const [key, item] of Object.entries(value)) look(item, `${path}.${key}`);
    }
  };
  look(row, 'row');
  if (row.check.id === '' || row.check.id.length > 200) faults.push('the check id is not bounded');
  return faults;
}

function programContract(tool: Tool, scan: ProgramScan): void {
  const settings = { allowedFolders: ['/usr'] };
  const units = SCAN_UNITS.filter(({ unit }) => scan.targets.includes(unit.target.kind));

  it.each(units)('plans $unit.target.kind as a list of arguments', async ({ unit, texts }) => {
    const given = { ...unit, scanner: tool.id };
    const run = await scan.plan(given, scanMaterial(unit.target.kind), settings);
    expect(run.tool).toBe(tool.id);
    expect(run.args.length).toBeGreaterThan(0);
    for (const arg of run.args) expect(arg).toMatch(/^[^\0\n\r]+$/);
    // User input comes after `--`, or in no argument at all.
    const end = run.args.indexOf('--');
    for (const text of texts) {
      const at = run.args.findIndex((arg) => arg.includes(text));
      if (at >= 0) expect(end, `${text} among the options`).toBeGreaterThanOrEqual(0);
      if (at >= 0) expect(at).toBeGreaterThan(end);
    }
    const secrets = run.files.filter(({ secret }) => secret).map(({ content }) => content);
    for (const content of secrets) expect(run.args.join(' ')).not.toContain(content);
    expect(JSON.stringify(run.args)).not.toContain('s3cret');
  });

  it('has a tested version and a pinned image', () => {
    expect(scan.native.tested).toMatch(/^\d+(\.\d+)+$/);
    expect(scan.image.reference).toMatch(/@sha256:[0-9a-f]{64}$|:\d+(\.\d+)+$/);
    expect(scan.imageVariable.name).toMatch(/^[A-Z_]+_IMAGE$/);
    expect(units.map(({ unit }) => unit.target.kind).sort()).toEqual([...scan.targets].sort());
  });

  judgeContract(({ read, result, rows, checkIds }) =>
    scan.judge({
      ...{ read, result, rows, checkIds, log: null, lacking: [], answer: null },
      run: {
        tool: tool.id,
        args: ['--', 'x'],
        env: {},
        files: [],
        network: 'none',
        mounts: [],
        limits: { timeoutMs: 1, memoryBytes: 1, cpus: 1, pids: 1, outputBytes: 1 },
      },
    }),
  );
}

type Judge = (given: {
  read: ReadOutcome | null;
  result: RunResult;
  rows: Pick<ReportRow, 'verdict' | 'region'>[];
  checkIds: Set<string>;
}) => { outcome: string; problem: string | null };

function judgeContract(judge: Judge): void {
  const facts = { executed: 1, skipped: [], completed: true, createdAt: null, toolVersion: null };
  const whole = readAs(facts);
  const summary = JSON.stringify({ skipped: [], unreachable: null, checks: ['hsts'] });
  const judged = (result: Partial<RunResult>, read: ReadOutcome | null) =>
    judge({
      read,
      rows: read ? [{ verdict: 'fail', region: '' }] : [],
      checkIds: new Set(read ? ['x'] : []),
      result: ended({ stdout: summary, ...result }),
    });

  it.each(['killed', 'out_of_memory', 'output_limit', 'not_started'] as const)(
    'never calls a run that ended as %s a success, whatever it reported',
    (how) => {
      for (const read of [null, whole]) {
        const { outcome, problem } = judged({ ended: how, exitCode: null, problem: 'gone' }, read);
        expect(outcome).toBe('failed');
        expect(problem).not.toBeNull();
      }
    },
  );

  it('distinguishes time-outs and cancellation from failure', () => {
    const over = judged({ ended: 'timed_out', exitCode: null }, whole);
    expect(over.outcome).toBe('timed_out');
    expect(judged({ ended: 'cancelled', exitCode: null }, whole).outcome).toBe('cancelled');
  });

  it('never calls a run without a report a success', () => {
    for (const exitCode of [1, 137]) expect(judged({ exitCode }, null).outcome).toBe('failed');
    // Some tools write no report if there is nothing to report: at best a gap.
    expect(judged({ exitCode: 0 }, null).outcome).not.toBe('succeeded');
  });
}
