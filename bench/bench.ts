import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, cpus, loadavg, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Bench, BenchContext } from './bench-context.js';
import { engine } from './engine.bench.js';
import { ratios, type Section, standing, table } from './figures.js';
import { identity } from './identity.bench.js';
import { ingest } from './ingest.bench.js';
import { prowlerOverhead } from './prowler.bench.js';
import { questions } from './questions.bench.js';
import { queue } from './queue.bench.js';
import { scans } from './scans.bench.js';
import { start } from './start.bench.js';

const BENCHES: readonly Bench[] = [
  ...[start, identity, ingest, questions, engine, queue, scans, prowlerOverhead],
];
/** What `--quick` measures: about a minute. */
const QUICK: readonly Bench[] = [start, identity, ingest, questions, engine];
const HELP = `npm run bench -- [options]
  --only NAME  one of ${BENCHES.map(({ name }) => name).join(', ')}; may be repeated
  --quick      start, identity, ingest, questions and engine at small sizes, about a minute: prints ratios only
  --json       one JSON document instead of tables`;

const { values: options } = parseArgs({
  options: {
    only: { type: 'string', multiple: true },
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (options.help) console.log(HELP);
else await run();

async function run(): Promise<void> {
  const wanted = options.only ?? (options.quick ? QUICK : BENCHES).map(({ name }) => name);
  const unknown = wanted.filter((name) => !BENCHES.some((bench) => bench.name === name));
  if (unknown.length > 0) {
    console.error(`There is no bench ${unknown.join(', ')}.\n${HELP}`);
    process.exitCode = 2;
    return;
  }
  const folder = await mkdtemp(join(tmpdir(), 'cspm-bench-'));
  const context = new BenchContext({ folder, quick: options.quick });
  const sections: Section[] = [];
  try {
    if (!options.json) console.log(`${machine()}\n`);
    for (const bench of BENCHES.filter(({ name }) => wanted.includes(name))) {
      for (const section of await bench.run(context)) {
        sections.push(section);
        if (!options.json && !options.quick) console.log(`${table(section)}\n`);
      }
    }
  } finally {
    await context.close();
    await rm(folder, { recursive: true, force: true });
  }
  if (options.quick && !options.json) console.log(ratios(sections));
  if (options.json) console.log(JSON.stringify({ machine: machine(), sections }, null, 2));
  const over = sections.flatMap(({ figures }) => figures.filter((f) => standing(f) === 'over'));
  if (over.length > 0) console.error(`Over target: ${over.map(({ name }) => name).join('; ')}`);
}

function machine(): string {
  const memory = (totalmem() / 1024 ** 3).toFixed(0);
  const cpu = cpus()[0]?.model.trim() ?? 'unknown processor';
  const load = loadavg()[0]?.toFixed(1);
  return `Node ${process.versions.node} on ${availableParallelism()} cores (${cpu}), ${memory} GiB, load ${load}`;
}
