import { built } from '../server/package-root.js';
import type { Bench } from './bench-context.js';
import { CspmServer, runScript } from './cspm-process.js';
import type { Figure, Section } from './figures.js';
import { repeat, Samples } from './measure.js';

const EMPTY = built('tools', 'nothing.js');
const STARTS = 5;

/** From the start of the process of `cspm serve` until it may be asked. */
export const start: Bench = {
  name: 'start',
  async run(context): Promise<Section[]> {
    context.say('starting the server some times');
    const node = new Samples(
      (await repeat(STARTS, () => runScript(EMPTY, []))).map(({ ms }) => ms),
    );
    const fresh = await repeat(STARTS, async () => startOnce(await context.newDataDir()));
    const used = await context.newDataDir();
    await startOnce(used);
    const again = await repeat(STARTS, () => startOnce(used));
    const figures: Figure[] = [
      { name: 'a program that does nothing (the floor)', value: node.p50 / 1000, unit: 's' },
      ...figuresOf('empty folder', fresh),
      ...figuresOf('used folder', again),
    ];
    const readyLine = new Samples(again.map(({ readyLineMs }) => readyLineMs)).p50;
    figures.push({ name: 'used folder ÷ floor', value: readyLine / node.p50, unit: '×' });
    return [{ title: `Cold start of “cspm serve”, median of ${STARTS}`, figures }];
  },
};

function figuresOf(name: string, servers: readonly CspmServer[]): Figure[] {
  const line = new Samples(servers.map(({ readyLineMs }) => readyLineMs / 1000));
  const ready = new Samples(servers.map(({ readyMs }) => readyMs / 1000));
  return [
    {
      name: `${name}, to the ready line`,
      value: line.p50,
      unit: 's',
      below: 1.5,
      note: `slowest ${line.worst.toFixed(2)} s`,
    },
    { name: `${name}, to 200 of /api/health/ready`, value: ready.p50, unit: 's', below: 1.5 },
  ];
}

async function startOnce(dataDir: string): Promise<CspmServer> {
  const server = await CspmServer.start(dataDir);
  await server.stop();
  return server;
}
