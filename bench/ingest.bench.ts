import type { ReportImport } from '../contract/security-scans.js';
import { built } from '../server/package-root.js';
import { type Bench, type BenchContext, SEED } from './bench-context.js';
import { type Finished, runCspm, runScript } from './cspm-process.js';
import type { Figure, Section } from './figures.js';
import { repeat, Samples } from './measure.js';
import { type ReportFile, writeReport } from './report-files.js';

const READ_ONLY = built('tools', 'read-only.js');
const PARSE_ONLY = built('tools', 'parse-only.js');

/** First import of a report, and imports after which nothing may have changed, against merely reading the same bytes. */
export const ingest: Bench = {
  name: 'ingest',
  async run(context): Promise<Section[]> {
    const { reportSize: findings, repeats } = context;
    const base = { seed: SEED, findings };
    const file = await writeReport(context.path('report.ocsf.json'), base);
    const again = await writeReport(context.path('again.ocsf.json'), {
      ...base,
      order: 7,
      timeOffset: 86_400,
      wording: 'Worded by a later version.',
      toolVersion: '5.41.0',
    });
    context.say(`reading and importing ${findings.toLocaleString('en-US')} findings`);
    const reads = await repeat(repeats, () => runScript(READ_ONLY, [file.path]));
    const parses = await repeat(repeats, () => runScript(PARSE_ONLY, [file.path]));
    const rounds = await repeat(repeats, () => importThrice(context, file, again));
    const first = rounds.map((round) => round.first);
    const read = secondsOf(reads);
    const whole = secondsOf(first);
    const same = secondsOf(rounds.map((round) => round.same));
    const later = secondsOf(rounds.map((round) => round.later));
    const parse = secondsOf(parses);
    const peak = (runs: readonly Finished[]) => new Samples(runs.map(({ peakMb }) => peakMb)).worst;
    const figures: Figure[] = [
      { name: 'reading only', value: read, unit: 's', note: `${rate(file.mb / read)} MB/s` },
      { name: 'reading only, peak memory', value: peak(reads), unit: 'MB' },
      {
        name: 'import',
        value: whole,
        unit: 's',
        ...context.target(10),
        note: `${rate(file.mb / whole)} MB/s`,
      },
      { name: 'import, findings per second', value: findings / whole, unit: '/s' },
      { name: 'import, peak memory', value: peak(first), unit: 'MB', ...context.target(250) },
      {
        name: 'import ÷ JSON.parse of its bytes',
        value: whole / parse,
        unit: '×',
        usual: [6, 30],
      },
      { name: 'import ÷ reading only', value: whole / read, unit: '×', usual: [1.5, 6] },
      { name: 'the same bytes again', value: same, unit: 's' },
      {
        name: 'the same bytes again ÷ import',
        value: same / whole,
        unit: '×',
        ...context.target(0.5),
        usual: [0.1, 0.9],
      },
      {
        name: 'the same findings again, other bytes',
        value: later,
        unit: 's',
        note: 'a day later, shuffled, reworded',
      },
      {
        name: 'the same findings again ÷ import',
        value: later / whole,
        unit: '×',
        ...context.target(0.5),
        usual: [0.2, 2],
      },
      {
        name: 'the same findings again, peak memory',
        value: peak(rounds.map((round) => round.later)),
        unit: 'MB',
        ...context.target(250),
      },
    ];
    const title = `Import of ${findings.toLocaleString('en-US')} findings (${file.mb.toFixed(0)} MB, Prowler OCSF), whole process of “cspm import”`;
    return [{ title, figures }];
  },
};

async function importThrice(context: BenchContext, file: ReportFile, again: ReportFile) {
  const dataDir = await context.newDataDir();
  const run = (path: string) => runCspm(['import', '--json', path], dataDir);
  const first = await run(file.path);
  const opened = mustBe(first, { resolved: 0, reopened: 0, results: file.findings }).findings
    .opened;
  if (opened === 0) throw new Error('the import opened no finding');
  const nothingNew = { opened: 0, resolved: 0, reopened: 0, stale: 0, results: file.findings };
  const same = await run(file.path);
  mustBe(same, { ...nothingNew, identical: true });
  const later = await run(again.path);
  mustBe(later, { ...nothingNew, identical: false });
  return { first, same, later };
}

/** Ends the bench on a wrong result, whose figures would mean nothing. */
function mustBe({ output }: Finished, expected: Record<string, number | boolean>): ReportImport {
  const [item] = (JSON.parse(output) as { imports: ReportImport[] }).imports;
  if (item?.status !== 'completed') throw new Error(`the import did not complete: ${output}`);
  const counts: Record<string, unknown> = { ...item, ...item.findings };
  for (const [key, value] of Object.entries(expected)) {
    if (counts[key] !== value)
      throw new Error(`${key} is ${counts[key]}, must be ${value}: ${output}`);
  }
  return item;
}

function secondsOf(runs: readonly Finished[]): number {
  return new Samples(runs.map(({ ms }) => ms)).p50 / 1000;
}

function rate(value: number): string {
  return value.toFixed(0);
}
