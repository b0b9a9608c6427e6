import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { setPriority } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { ScanRun } from '../contract/orchestration.js';
import { ask, askJson } from './api-client.js';
import type { Bench, BenchContext } from './bench-context.js';
import { CspmServer } from './cspm-process.js';
import type { Section } from './figures.js';
import { repeat, Samples, timed } from './measure.js';
import { MockAws } from './mock-aws.js';
import { accountAt } from './scans.bench.js';

const REGION = 'us-east-1';
/** Seeded services that moto answers in full, so that no time goes into retries. */
const SERVICES = ['ecr', 'efs', 'secretsmanager', 'sns'];

/** A real Prowler on a mock account: run directly and by the platform, alternating. */
export const prowlerOverhead: Bench = {
  name: 'prowler',
  async run(context): Promise<Section[]> {
    const tools = process.env.TEST_PROWLER_FOLDER ?? '';
    if (!existsSync(join(tools, 'prowler/bin/prowler'))) {
      context.say(
        'Prowler is NOT MEASURED: TEST_PROWLER_FOLDER is not what .ci/prowler/install.sh filled',
      );
      return [];
    }
    const aws = await MockAws.start(tools);
    const server = await CspmServer.start(await context.newDataDir(), {
      env: {
        PATH: `${join(tools, 'prowler/bin')}:${process.env.PATH}`,
        SCANNER_AWS_ENDPOINT_URL: aws.url,
        DOCKER_HOST: 'unix:///nowhere/docker.sock',
      },
    });
    try {
      return [await measured(context, { aws, server, tools })];
    } finally {
      await server.stop();
      await aws.stop();
    }
  },
};

async function measured(
  context: BenchContext,
  { aws, server, tools }: { aws: MockAws; server: CspmServer; tools: string },
): Promise<Section> {
  const { url } = server;
  const services = context.quick ? ['sns'] : SERVICES;
  const accountId = await accountAt(url, [REGION]);
  context.say('running Prowler by the platform once, to warm up');
  const warm = await scanned(url, { accountId, services });
  const rounds = await repeat(context.quick ? 1 : 5, async (turn) => {
    context.say(`running Prowler directly and by the platform, round ${turn + 1}`);
    const alone = () => timed(() => runAlone(context, { aws, tools, services, turn }));
    const asked = () => timed(() => scanned(url, { accountId, services }));
    // Alternating, so that a machine that gets busier favours neither.
    if (turn % 2 === 0) return { alone: (await alone()).ms, asked: (await asked()).ms };
    const second = (await asked()).ms;
    return { asked: second, alone: (await alone()).ms };
  });
  const alone = new Samples(rounds.map((round) => round.alone / 1000));
  const asked = new Samples(rounds.map((round) => round.asked / 1000));
  return {
    title: `Prowler on ${services.length} services of one region (${warm.results} results), until the posture is up to date`,
    figures: [
      { name: 'Prowler directly, median', value: alone.p50, unit: 's' },
      { name: 'by the platform, median', value: asked.p50, unit: 's' },
      {
        name: 'by the platform ÷ directly',
        value: new Samples(rounds.map((round) => round.asked / round.alone)).p50,
        unit: '×',
        ...context.target(1.1),
        note: 'median of the ratios of the rounds',
      },
    ],
  };
}

/** The same start as the platform’s, without the platform. */
async function runAlone(
  context: BenchContext,
  { aws, tools, services, turn }: { aws: MockAws; tools: string; services: string[]; turn: number },
): Promise<void> {
  const out = context.path(`prowler-${turn}`);
  await mkdir(out);
  const scope = ['--region', REGION, '--services', ...services];
  const output = ['-M', 'json-ocsf', '-F', 'report', '-o', out, '--log-level', 'ERROR'];
  const rest = ['--log-file', join(out, 'prowler.log'), '-b', '--no-color', '-z'];
  const retries = ['--aws-retries-max-attempts', '10'];
  const program = join(tools, 'prowler/bin/prowler');
  const running = promisify(execFile)(program, ['aws', ...scope, ...retries, ...output, ...rest], {
    maxBuffer: 2 ** 26,
    env: {
      ...{ PATH: process.env.PATH, HOME: out, TMPDIR: out, TZ: 'UTC', LANG: 'C.UTF-8' },
      ...{ AWS_ENDPOINT_URL: aws.url, AWS_DEFAULT_REGION: REGION },
      ...{ AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE', AWS_SECRET_ACCESS_KEY: 'testing' },
      AWS_EC2_METADATA_DISABLED: 'true',
    },
  });
  // With the priority that the platform's runner uses; else other work of the machine would be measured.
  if (running.child.pid !== undefined) setPriority(running.child.pid, 10);
  await running;
}

/** From the request until the scan has ended, its report is stored and its engine run is done. */
async function scanned(
  url: string,
  request: { accountId: string; services: string[] },
): Promise<ScanRun> {
  const { bytes } = await ask(`${url}/api/scans`, 'POST', { kind: 'cloud', ...request });
  const { id } = JSON.parse(bytes.toString()) as ScanRun;
  for (;;) {
    const scan = await askJson<ScanRun>(`${url}/api/scans/${id}`);
    if (scan.finishedAt !== null) {
      if (scan.results === 0) throw new Error(`the scan had no results: ${scan.problem}`);
      return scan;
    }
    await sleep(50);
  }
}
