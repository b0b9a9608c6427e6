import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import {
  createServer,
  type IncomingMessage,
  request,
  type Server,
  type ServerResponse,
} from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { packageRoot } from '../server/package-root.js';

const SEED = join(packageRoot, '.ci/prowler/seed.py');
const START_MS = 120_000;
const run = promisify(execFile);

/** The account that moto returns for any key. */
export const MOCK_ACCOUNT = '123456789012';

export type RegionFault =
  /** Answers “access denied”. */
  | 'denied'
  /** Accepts the request and never answers. */
  | 'silent';

/** A mock AWS account, filled by `.ci/prowler/seed.py`, behind a gate that can fail one region at a time. */
export class MockAws {
  readonly #faults = new Map<string, RegionFault>();
  readonly #gate: Server;
  /** Region → number of requests for it. */
  readonly asked = new Map<string, number>();

  private constructor(
    private readonly python: string,
    private readonly folder: string,
    private readonly moto: ChildProcess,
    private readonly motoPort: number,
  ) {
    this.#gate = createServer((question, answer) => this.#pass(question, answer));
  }

  /** `tools`: the folder that `.ci/prowler/install.sh` filled. */
  static async start(tools: string): Promise<MockAws> {
    const folder = await mkdtemp(join(tmpdir(), 'mock-aws-'));
    const port = await freePort();
    const args = ['-H', '127.0.0.1', '-p', String(port)];
    const env = {
      ...bareEnvironment(folder),
      MOTO_EC2_LOAD_DEFAULT_AMIS: 'false',
      MOTO_IAM_LOAD_MANAGED_POLICIES: 'true',
    };
    const moto = spawn(join(tools, 'moto/bin/moto_server'), args, { env, stdio: 'ignore' });
    const mock = new MockAws(join(tools, 'moto/bin/python'), folder, moto, port);
    try {
      const lateMs = performance.now() + START_MS;
      while (!(await listens(port))) {
        if (moto.exitCode !== null) throw new Error(`moto exited with ${moto.exitCode}`);
        if (performance.now() > lateMs) throw new Error('moto did not start');
        await sleep(200);
      }
      mock.#gate.listen(0, '127.0.0.1');
      await once(mock.#gate, 'listening');
      await run(mock.python, [SEED], { env: mock.#environment() });
      return mock;
    } catch (error) {
      await mock.stop();
      throw error;
    }
  }

  /** The address to use instead of AWS. */
  get url(): string {
    return `http://127.0.0.1:${(this.#gate.address() as AddressInfo).port}`;
  }

  /** Makes the region fail in this way from now on; null restores it. */
  fault(region: string, fault: RegionFault | null): void {
    if (fault) this.#faults.set(region, fault);
    else this.#faults.delete(region);
  }

  /** Changes the account: lines of Python that may use `client(service, region)`. */
  async change(lines: string): Promise<void> {
    const script = `import boto3\nclient = lambda s, r: boto3.client(s, region_name=r)\n${lines}\n`;
    await run(this.python, ['-c', script], { env: this.#environment() });
  }

  async stop(): Promise<void> {
    this.#gate.closeAllConnections();
    this.#gate.close();
    if (this.moto.exitCode === null && this.moto.signalCode === null) {
      const gone = once(this.moto, 'exit');
      this.moto.kill();
      await gone;
    }
    await rm(this.folder, { recursive: true, force: true });
  }

  #environment(): Record<string, string> {
    const url = `http://127.0.0.1:${this.motoPort}`;
    return {
      ...bareEnvironment(this.folder),
      AWS_ENDPOINT_URL: url,
      // S3 Control puts the account before the host, a name that nothing resolves; a proxy need not look it up.
      HTTP_PROXY: url,
      AWS_ACCESS_KEY_ID: 'testing',
      AWS_SECRET_ACCESS_KEY: 'testing',
      AWS_DEFAULT_REGION: 'us-east-1',
    };
  }

  #pass(question: IncomingMessage, answer: ServerResponse): void {
    // A signed request names its region: AKIA…/20260301/eu-west-1/kms/aws4_request.
    const region = /Credential=[^/]+\/\d+\/([\w-]+)\//.exec(question.headers.authorization ?? '');
    const [, name = 'none'] = region ?? [];
    this.asked.set(name, (this.asked.get(name) ?? 0) + 1);
    const fault = this.#faults.get(name);
    if (fault === 'silent') return;
    if (fault === 'denied') {
      question.resume();
      answer.writeHead(403, { 'content-type': 'application/x-amz-json-1.1' });
      const message = `no identity-based policy allows this action in ${name}`;
      answer.end(JSON.stringify({ __type: 'AccessDeniedException', message }));
      return;
    }
    const { method, url: path, headers } = question;
    // The one call of a connection test that moto does not know.
    if (path === '/getContactInformation') {
      question.resume();
      answer.writeHead(200, { 'content-type': 'application/json' });
      answer.end(JSON.stringify({ ContactInformation: { FullName: 'Harbor Retail' } }));
      return;
    }
    const call = request({ host: '127.0.0.1', port: this.motoPort, method, path, headers });
    call.on('response', (response) => {
      answer.writeHead(response.statusCode ?? 502, response.headers);
      response.pipe(answer);
    });
    call.on('error', () => answer.destroy());
    question.pipe(call);
  }
}

/** No profile, credential or region of the caller may reach these programs. */
function bareEnvironment(home: string): Record<string, string> {
  return { PATH: process.env.PATH ?? '', HOME: home, LANG: 'C.UTF-8', TZ: 'UTC' };
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

async function listens(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
