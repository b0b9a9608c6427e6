import { fileURLToPath } from 'node:url';
import type { ReportImport } from '../contract/security-scans.js';
import { type Bench, type BenchContext, SEED } from './bench-context.js';
import { type Finished, runCspm, runScript } from './cspm-process.js';
import type { Figure, Section } from './figures.js';
import { repeat, Samples } from './measure.js';
import { type ReportFile, writeReport } from './report-files.js';

const READ_ONLY = fileURLToPath(new URL('./read-only.js', import.meta.url));
const IMPORT_BELOW_S = 10;
const PEAK_BELOW_MB = 250;

/** The same results as of the first report, in other bytes. */
const AGAIN = {
  later: { order: 7, timeOffset: 86_400 },
  reworded: {
    order: 8,
    timeOffset: 2 * 86_400,
    wording: 'Worded by a later version.',
    toolVersion: '5.41.0',
  },
};

/** First import of a report, and imports after which nothing may have changed, against merely reading the same bytes. */
export const ingest: Bench = {
  name: 'ingest',
  async run(context): Promise<Section[]> {
    const { reportSize: findings, repeats } = context;
    const base = { seed: SEED, findings };
    const first = await writeReport(context.path('first.ocsf.json'), base);
    const later = await writeReport(context.path('later.ocsf.json'), { ...base, ...AGAIN.later });
    const reworded = await writeReport(context.path('reworded.ocsf.json'), {
      ...base,
      ...AGAIN.reworded,
    });
    context.say(`reading and importing ${findings.toLocaleString('en-US')} findings`);
    const read = summary(await repeat(repeats, () => runScript(READ_ONLY, [first.path])));
    const rounds = await repeat(repeats, () => importAll(context, { first, later, reworded }));
    const of = (name: keyof Runs) => summary(rounds.map((round) => round[name]));
    const whole = of('first');
    const below = (limit: number) => context.target(limit);
    const lines = (name: string, runs: Summary, target: { below?: number }): Figure[] => [
      {
        name,
        value: runs.seconds,
        unit: 's',
        ...target,
        note: `${(runs.seconds / whole.seconds).toFixed(2)} × the import, ${(runs.seconds / read.seconds).toFixed(2)} × reading`,
      },
      { name: `${name}, peak memory`, value: runs.peakMb, unit: 'MB', ...below(PEAK_BELOW_MB) },
    ];
    const figures: Figure[] = [
      {
        name: 'reading only (the floor)',
        value: read.seconds,
        unit: 's',
        note: `${(first.mb / read.seconds).toFixed(0)} MB/s`,
      },
      { name: 'reading only, peak memory', value: read.peakMb, unit: 'MB' },
      ...lines('import', whole, below(IMPORT_BELOW_S)),
      {
        name: 'import, findings per second',
        value: findings / whole.seconds,
        unit: '/s',
        note: `${(first.mb / whole.seconds).toFixed(0)} MB/s`,
      },
      ...lines('the same bytes again', of('same'), below(IMPORT_BELOW_S / 2)),
      ...lines('a day later, shuffled', of('later'), below(IMPORT_BELOW_S / 2)),
      ...lines('reworded: every text is stored anew', of('reworded'), below(IMPORT_BELOW_S)),
    ];
    const title = `Import of ${findings.toLocaleString('en-US')} findings (${first.mb.toFixed(0)} MB, Prowler OCSF), whole process of “cspm import”`;
    return [{ title, figures }];
  },
};

type Runs = Record<'first' | 'same' | 'later' | 'reworded', Finished>;

async function importAll(
  context: BenchContext,
  files: Record<'first' | 'later' | 'reworded', ReportFile>,
): Promise<Runs> {
  const dataDir = await context.newDataDir();
  const run = ({ path }: ReportFile) => runCspm(['import', '--json', path], dataDir);
  const results = files.first.findings;
  const first = await run(files.first);
  const opened = mustBe(first, { resolved: 0, reopened: 0, results }).findings.opened;
  if (opened === 0) throw new Error('the import opened no finding');
  const nothingNew = { opened: 0, resolved: 0, reopened: 0, stale: 0, results };
  const same = await run(files.first);
  mustBe(same, { ...nothingNew, identical: true });
  const later = await run(files.later);
  mustBe(later, { ...nothingNew, identical: false });
  const reworded = await run(files.reworded);
  mustBe(reworded, { ...nothingNew, identical: false });
  return { first, same, later, reworded };
}

/** Figures of a wrong result are worth nothing, so this ends the bench. */
function mustBe({ output }: Finished, expected: Record<string, number | boolean>): ReportImport {
  const [item] = (JSON.parse(output) as { imports: ReportImport[] }).imports;
  if (item?.status !== 'completed') throw new Error(`the import did not complete: ${output}`);
  const told: Record<string, unknown> = { ...item, ...item.findings };
  for (const [key, value] of Object.entries(expected)) {
    if (told[key] !== value) throw new Error(`${key} is ${told[key]}, must be ${value}: ${output}`);
  }
  return item;
}

interface Summary {
  seconds: number;
  peakMb: number;
}

/** The median time, and the most memory of all runs. */
function summary(runs: readonly Finished[]): Summary {
  return {
    seconds: new Samples(runs.map(({ ms }) => ms)).p50 / 1000,
    peakMb: new Samples(runs.map(({ peakMb }) => peakMb)).worst,
  };
}
