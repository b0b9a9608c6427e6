import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppError } from '../../server/platform/errors.js';
import { ParserFaultError } from '../../server/platform/parsing/unreadable.js';
import { mutantOf } from './mutate.js';
import { READERS } from './readers.js';
import { type Mutant, seedsIn } from './seed.js';

// Reads inputs one after another, and reports each before it begins, so that its parent can name one that hangs or
// ends this process: fuzz-process READER RUN FROM TO SEEDS, where SEEDS is a file of serialised seeds

export type Report =
  | { at: number }
  | { at: number; steps: string[]; problem: string }
  | { ended: true; maxRssMb: number; slowestMs: number; refused: number };

const MAX_CPU_MS = 3_000;
const MAX_MESSAGE = 3_000;
const PLACE = /\b(?:file|line|column|row|byte|sheet|workbook|manifest|archive|package)\b|\.xml/;

const [name = '', run, from, to, file = ''] = process.argv.slice(2);
const reader = READERS[name];
if (!reader) throw new Error(`there is no reader ${name}`);
const scratch = join(tmpdir(), `cspm-fuzz-${process.pid}`);
const seeds = seedsIn(readFileSync(file));
let [slowestMs, refused] = [0, 0];

for (let at = Number(from); at < Number(to); at += 1) {
  const mutant = await mutantOf(seeds, Number(run), at);
  await send({ at });
  const before = process.cpuUsage();
  const problems = await problemsOf(mutant);
  const { user, system } = process.cpuUsage(before);
  const tookMs = (user + system) / 1_000;
  slowestMs = Math.max(slowestMs, tookMs);
  if (tookMs > MAX_CPU_MS) problems.push(`it took ${Math.round(tookMs)} ms of processor time`);
  for (const problem of problems) await send({ at, steps: mutant.steps, problem });
}
await send({ ended: true, maxRssMb: process.resourceUsage().maxRSS / 1_024, slowestMs, refused });
process.disconnect();

async function problemsOf(mutant: Mutant): Promise<string[]> {
  try {
    return (await reader?.read(mutant, scratch)) ?? [];
  } catch (error) {
    refused += 1;
    return unclear(error, mutant);
  }
}

/** An error says in our words what is wrong, and where. */
function unclear(error: unknown, { fileName }: Mutant): string[] {
  if (!(error instanceof AppError)) return [`an unforeseen error: ${text(error)}`];
  if (error instanceof ParserFaultError) {
    return [`an unforeseen error: ${error.message} ${error.fault.stack}`];
  }
  const { message, status, details } = error;
  if (status < 400 || status > 499) return [`an error ${status}: ${message}`];
  if (message.length > MAX_MESSAGE) return [`a message of ${message.length} characters`];
  const hasPlace = Array.isArray(details.errors) && details.errors.length > 0;
  return hasPlace || message.includes(fileName) || PLACE.test(message)
    ? []
    : [`an error without a place: ${message}`];
}

function text(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function send(report: Report): Promise<void> {
  return new Promise((resolve) => {
    process.send?.(report, () => resolve());
  });
}
