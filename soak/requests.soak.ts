import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { PERMISSIONS } from '../contract/endpoint.js';
import { packageRoot } from '../server/package-root.js';
import { CliFolder, type Ended, ended } from '../server/testing/run-cli.js';
import { askProduct, type ProductProcess, startProduct } from '../server/testing/run-processes.js';

const PROGRAM = process.env.TEST_SCHEMATHESIS;
const SECONDS = Number(process.env.SOAK_SECONDS ?? 1_800);
const SEED = Number(process.env.SOAK_SEED ?? 1);
/** Per operation, in each phase. A long run repeats the random phases until its time is over. */
const EXAMPLES = 5;
const MAX_LINES = 150;

const Summary = z.object({
  operations: z.object({ total: z.number(), tested: z.number(), errored: z.number() }),
  test_cases: z.object({ generated: z.number() }),
  failures: z.array(
    z.object({ type: z.string(), title: z.string(), operations: z.array(z.string()) }),
  ),
  errors: z.array(z.unknown()),
});
type Summary = z.infer<typeof Summary>;

/** The part of the document that is read here: operations by path and method. */
interface OpenApi {
  paths: Record<string, Record<string, unknown>>;
}

/** What a caller is promised, and how Schemathesis calls a breach of it. */
const PROMISES: Record<string, readonly string[]> = {
  'answers no request with a server error': ['ServerError'],
  'answers as its OpenAPI document says': [
    ...['UndefinedStatusCode', 'UndefinedContentType', 'MissingContentType', 'MalformedMediaType'],
    ...['MissingHeaders', 'JsonSchemaError', 'MalformedJson'],
  ],
  'refuses what its OpenAPI document does not allow': ['AcceptedNegativeData'],
  'answers 405 to other methods, and names those of the path': [
    ...['UnsupportedMethodResponse', 'AllowHeaderMismatch'],
  ],
  'finds what it has created, and nothing that it has deleted': [
    ...['UseAfterFree', 'EnsureResourceAvailability'],
  ],
};

describe.skipIf(!PROGRAM)('generated requests: a server', () => {
  let folder: CliFolder;
  let server: ProductProcess;
  let summary: Summary;

  beforeAll(
    async () => {
      folder = await CliFolder.make();
      server = await startWithSamples(folder);
      const run = await schemathesis(folder, server);
      const path = join(folder.path, 'summary.json');
      if (!existsSync(path)) throw new Error(`Schemathesis wrote no report: ${run.stderr}`);
      summary = Summary.parse(JSON.parse(await readFile(path, 'utf8')));
      const { operations, test_cases, failures } = summary;
      console.log(
        `${test_cases.generated} requests to ${operations.tested} operations, seed ${SEED}`,
      );
      if (failures.length > 0) console.log(failureText(run.stdout));
    },
    (SECONDS + 300) * 1_000,
  );
  afterAll(async () => {
    server?.child.kill('SIGKILL');
    await server?.end;
    await folder?.remove();
  });

  it('gets requests to all its operations but those that end access', async () => {
    const { total, tested, errored } = summary.operations;
    const { paths } = await askProduct<OpenApi>(server, '/api/openapi.json');
    const own = Object.entries(paths).filter(([path]) => new RegExp(OWN_ACCESS).test(path));
    const left = own.flatMap(([, operations]) => Object.keys(operations)).length;
    expect({ tested, errored, errors: summary.errors }).toEqual({
      tested: total - left,
      errored: 0,
      errors: [],
    });
    expect(total).toBeGreaterThan(180);
  });

  it.each(Object.entries(PROMISES))('%s', (_, types) => {
    expect(breachesOf(summary, (type) => types.includes(type))).toEqual([]);
  });

  it('breaks no other promise', () => {
    const known = Object.values(PROMISES).flat();
    expect(breachesOf(summary, (type) => !known.includes(type))).toEqual([]);
  });

  it('still answers, and has logged no failed request', async () => {
    expect(await askProduct(server, '/api/health/ready')).toEqual({ ready: true });
    const failed = server.output().split('\n').filter(isOurFault);
    expect(failed.map((line) => line.slice(0, 1_000))).toEqual([]);
  });
});
if (!PROGRAM) {
  it.skip('generated requests are NOT SENT: TEST_SCHEMATHESIS is not set (.ci/requests/install.sh DIR makes DIR/bin/schemathesis)', () => {});
}

function breachesOf({ failures }: Summary, isOne: (type: string) => boolean): string[] {
  return failures
    .filter(({ type }) => isOne(type))
    .flatMap(({ title, operations }) => operations.map((operation) => `${operation}: ${title}`));
}

function isOurFault(line: string): boolean {
  return /"msg":"(?:request failed|parser failed|job failed)"/.test(line);
}

/** A server that reaches this machine only and has no scanners, with some reports imported. */
async function startWithSamples(folder: CliFolder): Promise<ProductProcess> {
  const programs = join(folder.path, 'no-programs');
  await mkdir(programs);
  const env = {
    REQUESTS_PER_MINUTE: '10000000',
    PATH: programs,
    DOCKER_HOST: `unix://${programs}/docker.sock`,
    LOG_LEVEL: 'warn',
    NODE_OPTIONS: `--import=${join(packageRoot, 'soak/loopback-only.mjs')}`,
  };
  const tools = join(packageRoot, 'server/scanners/tools');
  const reports = ['prowler/fixtures/aws-muted.ocsf.json', 'trivy/fixtures/trivy-0.74-folder.json'];
  reports.push('nmap/fixtures/database.xml', 'zap/fixtures/shop.json');
  const paths = reports.map((report) => join(tools, report));
  const { code, stdout, stderr } = await folder.runProcess(['import', ...paths], env);
  if (code !== 0) throw new Error(`the samples were not imported: ${stdout}${stderr}`);
  return startProduct(folder, ['serve'], env);
}

/** Requests of its own making must not end the access of those after them. */
const OWN_ACCESS = '^/api/(setup|auth|users/|api-keys/|teams/current/members/)';

/** A key with every permission. */
async function keyOf(server: ProductProcess): Promise<string> {
  const body = { name: 'requests', permissions: PERMISSIONS };
  const path = '/api/api-keys';
  return (await askProduct<{ key: string }>(server, path, { method: 'POST', body })).key;
}

async function schemathesis({ path }: CliFolder, server: ProductProcess): Promise<Ended> {
  const { address } = server;
  const options = {
    seed: SEED,
    'max-examples': EXAMPLES,
    'max-time': SECONDS,
    phases: 'coverage,fuzzing,stateful',
    header: `X-API-Key: ${await keyOf(server)}`,
    'exclude-path-regex': OWN_ACCESS,
    'report-json-path': join(path, 'summary.json'),
  };
  const config = join(packageRoot, 'soak/schemathesis.toml');
  const args = ['--config-file', config, '--no-color', 'run', `${address}/api/openapi.json`];
  for (const [name, value] of Object.entries(options)) args.push(`--${name}`, String(value));
  return ended(spawn(PROGRAM ?? '', args, { cwd: path, stdio: ['ignore', 'pipe', 'pipe'] }));
}

/** The failures of its output, each with the request as a command line. */
function failureText(output: string): string {
  const lines = output.slice(output.indexOf('FAILURES')).split('\n');
  return lines
    .slice(0, MAX_LINES)
    .map((line) => line.slice(0, 600))
    .join('\n');
}
