import { built } from '../server/package-root.js';
import type { Bench } from './bench-context.js';
import { CspmServer, runCspm, runScript } from './cspm-process.js';
import type { Figure, Section } from './figures.js';
import { repeat, Samples } from './measure.js';

const EMPTY = built('tools', 'nothing.js');

/** From the start of the process of `cspm serve` until it accepts requests. */
export const start: Bench = {
  name: 'start',
  async run(context): Promise<Section[]> {
    context.say('starting the server and the command line several times');
    const starts = context.quick ? 3 : 5;
    const p50 = async (run: (dataDir: string) => Promise<{ ms: number }>, dataDir = '') =>
      new Samples((await repeat(starts, () => run(dataDir))).map(({ ms }) => ms)).p50;
    const floor = await p50(() => runScript(EMPTY, []));
    const fresh = await repeat(starts, async () => startOnce(await context.newDataDir()));
    const used = await context.newDataDir();
    await startOnce(used);
    const again = await repeat(starts, () => startOnce(used));
    const version = await p50((dataDir) => runCspm(['--version'], dataDir), used);
    const frameworks = await p50((dataDir) => runCspm(['frameworks'], dataDir), used);
    const figures: Figure[] = [
      { name: 'a program that does nothing (the floor)', value: floor / 1000, unit: 's' },
      ...figuresOf('empty folder', fresh),
      ...figuresOf('used folder', again),
    ];
    const readyLine = new Samples(again.map(({ readyLineMs }) => readyLineMs)).p50;
    figures.push(
      { name: 'cspm --version ÷ floor', value: version / floor, unit: '×', usual: [1.1, 2] },
      { name: 'cspm frameworks ÷ floor', value: frameworks / floor, unit: '×', usual: [4, 12] },
      {
        name: 'cspm serve, used folder ÷ floor',
        value: readyLine / floor,
        unit: '×',
        usual: [6, 25],
      },
    );
    return [{ title: `Cold start of “cspm serve”, median of ${starts}`, figures }];
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
