import type { Fault } from '../../server/platform/parsing/fault.js';
import { readReport } from '../../server/scanners/readers/read-report.js';
import type { ReadOutcome, ReportRow } from '../../server/scanners/rows/report.js';
import { maskedStream } from '../../server/scanners/secrets/masked-stream.js';
import { inChunks } from '../../server/scanners/testing/read-rows.js';
import type { Mutant, Seed } from './seed.js';

interface ReadReport {
  rows: ReportRow[];
  outcome: ReadOutcome;
  faults: Fault[];
}

const CHUNK_BYTES = 4_096;

async function read(bytes: Buffer, fileName: string): Promise<ReadReport> {
  const [rows, faults]: [ReportRow[], Fault[]] = [[], []];
  const outcome = await readReport(inChunks(bytes, CHUNK_BYTES), {
    fileName,
    onRows: (batch) => void rows.push(...batch),
    onFault: (fault) => void faults.push(fault),
  });
  return { rows, outcome, faults };
}

/** What is wrong with how a report was read. */
export async function reportProblems(mutant: Mutant): Promise<string[]> {
  const found = await read(mutant.bytes, mutant.fileName);
  const { rows, outcome, faults } = found;
  const problems = faults.map(({ type, stack }) => `its reader failed: ${type} ${stack}`);
  if (rows.length !== outcome.results) {
    problems.push(`${rows.length} rows were passed on, ${outcome.results} counted`);
  }
  if (outcome.partial !== (outcome.problem !== null)) {
    problems.push(`partial is ${outcome.partial}, the problem ${outcome.problem}`);
  }
  if (outcome.problem !== null && !outcome.problem.includes(mutant.fileName)) {
    problems.push(`its problem does not name the file: ${outcome.problem}`);
  }
  const passes = rows.filter(isPass).length;
  const stated = wordsOf(mutant.bytes);
  if (passes > stated) problems.push(`${passes} passes are read, and the text has ${stated}`);
  if (mutant.kind === 'other') return problems;
  const seed = await ofSeed(mutant.seed);
  if (passes > seed.rows.filter(mayPass).length) {
    problems.push(`${passes} passes are read, but the whole report has fewer`);
  }
  if (mutant.kind === 'beginning') problems.push(...beginningProblems(found, seed));
  return problems;
}

/** Withheld from the stored text of every format that has such places. */
const PLANTED = 'k9-Whisker-Lane';

/** What is wrong with the text that is stored of a report: the part before a cut is masked like the whole. */
export async function maskingProblems({ bytes, kind, seed }: Mutant): Promise<string[]> {
  const { outcome } = await ofSeed(seed);
  const pieces: Uint8Array[] = [];
  const masked = maskedStream(inChunks(bytes, CHUNK_BYTES), { format: outcome.format });
  for await (const piece of masked) pieces.push(piece);
  const isShown = kind === 'beginning' && Buffer.concat(pieces).includes(PLANTED);
  return isShown ? ['a secret of the report is stored'] : [];
}

const wholeSeeds = new WeakMap<Seed, ReadReport>();
async function ofSeed(seed: Seed): Promise<ReadReport> {
  const known = wholeSeeds.get(seed) ?? (await read(seed.bytes, seed.fileName));
  wholeSeeds.set(seed, known);
  return known;
}

const isPass = ({ verdict }: ReportRow) => verdict === 'pass';
/** A muted pass counts as a pass once a part of what mutes it is gone. */
const mayPass = ({ verdict, mutedVerdict }: ReportRow) =>
  verdict === 'pass' || mutedVerdict === 'pass';

/** A report that was cut off states a part of the whole, and is never taken for the whole. */
function beginningProblems({ rows, outcome }: ReadReport, seed: ReadReport): string[] {
  const left = new Map<string, number>();
  for (const row of seed.rows) left.set(keyOf(row), (left.get(keyOf(row)) ?? 0) + 1);
  const extra = rows.filter((row) => {
    const count = left.get(keyOf(row)) ?? 0;
    left.set(keyOf(row), count - 1);
    return count === 0;
  });
  const problems = extra.map(
    (row) => `it has a result that the whole report has not: ${keyOf(row)}`,
  );
  if (rows.length < seed.rows.length && !outcome.partial && !outcome.isEndless) {
    problems.push(`${rows.length} of ${seed.rows.length} results count as the whole report`);
  }
  return problems.slice(0, 3);
}

function keyOf({
  tool,
  provider,
  accountId,
  region,
  check,
  resource,
  subObject,
  verdict,
}: ReportRow) {
  return [tool, provider, accountId, region, check.id, resource.uid, subObject, verdict].join(' ');
}

/** How often the text says that something passed, in any encoding that is read. */
function wordsOf(bytes: Buffer): number {
  const packed = bytes[0] === 0x1f && bytes[1] === 0x8b;
  if (packed) return Number.POSITIVE_INFINITY;
  return bytes.toString('latin1').match(/pass|[\x80-\xff]|\\u00/gi)?.length ?? 0;
}
