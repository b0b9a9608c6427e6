import { once } from 'node:events';
import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { z } from 'zod';
import type { getPosture } from '../contract/compliance.js';
import type { listScans, ScanRun } from '../contract/orchestration.js';
import { ask, askJson } from './api-client.js';
import { type Bench, type BenchContext, SEED } from './bench-context.js';
import { CspmServer } from './cspm-process.js';
import type { Section } from './figures.js';
import { repeat, Samples, timed } from './measure.js';
import { writeReport } from './report-files.js';

type ScanPage = z.infer<typeof listScans.result>;
type Posture = z.infer<typeof getPosture.result>;

/** Uses programs on PATH, even where there is Docker. */
const NATIVE = { DOCKER_HOST: 'unix:///nowhere/docker.sock' };
const ASK_EVERY_MS = 100;

/** Many scans at once, and the platform's work between the end of a scanner and the posture. */
export const scans: Bench = {
  name: 'scans',
  async run(context): Promise<Section[]> {
    return [await drained(context), await fromExitToPosture(context)];
  },
};

/** Web checks of a local site by two workers, while a client requests lists. */
async function drained(context: BenchContext): Promise<Section> {
  const count = context.quick ? 20 : 200;
  context.say(`${count} queued scans, two workers`);
  const site = createServer((_, answer) => answer.end('hello')).listen(0, '127.0.0.1');
  await once(site, 'listening');
  const { port } = site.address() as AddressInfo;
  const dataDir = await context.newDataDir();
  const servers = [await CspmServer.start(dataDir, { role: 'api', env: NATIVE })];
  try {
    const [{ url }] = servers as [CspmServer];
    await ask(`${url}/api/scans/own-targets`, 'PUT', { ranges: ['127.0.0.0/8'], names: [] });
    const asked = await repeat(count, (n) =>
      timed(() =>
        ask(`${url}/api/scans`, 'POST', { kind: 'web', url: `http://127.0.0.1:${port}/${n}` }),
      ),
    );
    const worker = () => CspmServer.start(dataDir, { role: 'worker', env: NATIVE });
    servers.push(...(await Promise.all([worker(), worker()])));
    const began = performance.now();
    const took: number[] = [];
    for (;;) {
      const active = `${url}/api/scans?status=queued,running&limit=50`;
      const { ms, result } = await timed(() => ask(active));
      took.push(ms);
      took.push((await timed(() => ask(`${url}/api/compliance-engine/posture`))).ms);
      if (result.bytes.length < 2_000) {
        const page = await askJson<ScanPage>(active);
        if (page.items.length === 0) break;
      }
      await sleep(ASK_EVERY_MS);
    }
    const seconds = (performance.now() - began) / 1000;
    const ended = await askJson<ScanPage>(`${url}/api/scans?status=completed&limit=200`);
    if (ended.items.length !== count)
      throw new Error(`${ended.items.length} of ${count} completed`);
    const answers = new Samples(took);
    return {
      title: `${count} queued scans (built-in web check), two workers, lists requested meanwhile`,
      figures: [
        {
          name: 'API response time meanwhile, p95',
          value: answers.p95,
          unit: 'ms',
          ...context.target(100),
          note: `p50 ${answers.p50.toFixed(1)} ms, ${took.length} answers`,
        },
        {
          name: 'requesting a scan, p50',
          value: new Samples(asked.map(({ ms }) => ms)).p50,
          unit: 'ms',
        },
        { name: 'scans ended', value: count / seconds, unit: '/s' },
      ],
    };
  } finally {
    for (const server of servers.reverse()) await server.stop();
    site.close();
  }
}

/** A stand-in for Prowler that copies a prepared report and records when it ended. */
const SCRIPT = `#!/bin/sh
here=$(dirname "$0")
for arg; do
  [ "$before" = -o ] && out=$arg
  [ "$arg" = --version ] && echo 'Prowler 5.46.0' && exit 0
  [ "$arg" = --list-checks-json ] && echo '{"aws": []}' && exit 0
  before=$arg
done
: >"$out/prowler.log"
cp "$here/report.json" "$out/report.ocsf.json"
date +%s%3N >"$here/ended"
`;

async function fromExitToPosture(context: BenchContext): Promise<Section> {
  const sizes = context.quick ? [100] : [100, 1_000, 15_000];
  const folder = context.path('scripted');
  await mkdir(folder);
  await writeFile(join(folder, 'prowler'), SCRIPT);
  await chmod(join(folder, 'prowler'), 0o755);
  const dataDir = await context.newDataDir();
  const env = { ...NATIVE, PATH: `${folder}:${process.env.PATH}` };
  const server = await CspmServer.start(dataDir, { env });
  const figures: Section['figures'] = [];
  try {
    const account = await accountAt(server.url, ['eu-west-1']);
    for (const findings of sizes) {
      context.say(`from a scanner’s end to the posture, ${findings} results`);
      const times = await repeat(context.repeats, async (turn) => {
        const path = join(folder, 'report.json');
        await rm(path, { force: true });
        // Another day and new resources each time, so that every result is new.
        await writeReport(path, { seed: SEED + findings + turn, findings });
        return oneScan(server.url, account, join(folder, 'ended'));
      });
      figures.push({
        name: `${findings.toLocaleString('en-US')} results, median`,
        value: new Samples(times).p50 / 1000,
        unit: 's',
      });
    }
  } finally {
    await server.stop();
  }
  return { title: 'From a scanner’s end to the posture (read, stored, engine run)', figures };
}

export async function accountAt(url: string, regions: readonly string[]): Promise<string> {
  const { bytes } = await ask(`${url}/api/cloud-security/accounts`, 'POST', {
    name: 'Measured',
    scope: { kind: 'aws', accountId: '123456789012', regions },
    credentials: {
      kind: 'aws_keys',
      accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
      secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
    },
  });
  const { id } = JSON.parse(bytes.toString()) as { id: string };
  return id;
}

/** Milliseconds from the time in the file `ended` to the end of the engine's run that followed. */
async function oneScan(url: string, accountId: string, ended: string): Promise<number> {
  const before = await postureOf(url);
  const { bytes } = await ask(`${url}/api/scans`, 'POST', { kind: 'cloud', accountId });
  const { id } = JSON.parse(bytes.toString()) as ScanRun;
  for (;;) {
    const posture = await postureOf(url);
    const { lastRun } = posture;
    const scan = await askJson<ScanRun>(`${url}/api/scans/${id}`);
    if (scan.finishedAt !== null && lastRun && lastRun.startedAt !== before.lastRun?.startedAt) {
      if (scan.results === 0) throw new Error(`the scan had no results: ${scan.problem}`);
      const at = Date.parse(lastRun.startedAt) + lastRun.durationMs;
      return at - Number(await readFile(ended, 'utf8'));
    }
    await sleep(20);
  }
}

function postureOf(url: string): Promise<Posture> {
  return askJson<Posture>(`${url}/api/compliance-engine/posture`);
}
