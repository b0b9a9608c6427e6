import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export interface MockAccount {
  /** Its address, for `awsEndpoint`. */
  endpoint: string;
  /** Enforces keys and policies from now on, as AWS does. */
  enforceAuth(): Promise<void>;
  /** Creates a user with this policy; returns its keys. */
  user(policy: object): Promise<{ accessKeyId: string; secretAccessKey: string }>;
  close(): Promise<void>;
}

/** A mock AWS account (moto) with the misconfigurations of .ci/prowler/seed.py; `tools`: the folder of install.sh. */
export async function startMockAccount(tools: string): Promise<MockAccount> {
  const home = await mkdtemp(join(tmpdir(), 'mock-account-'));
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const bin = join(tools, 'moto/bin');
  const path = process.env.PATH ?? '';
  const server = spawn(join(bin, 'moto_server'), ['-H', '127.0.0.1', '-p', String(port)], {
    stdio: 'ignore',
    env: {
      PATH: path,
      HOME: home,
      MOTO_EC2_LOAD_DEFAULT_AMIS: 'false',
      MOTO_IAM_LOAD_MANAGED_POLICIES: 'true',
    },
  });
  const env = {
    PATH: path,
    HOME: home,
    LANG: 'C.UTF-8',
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: 'testing',
    AWS_SECRET_ACCESS_KEY: 'testing',
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_EC2_METADATA_DISABLED: 'true',
    // Some of its addresses are invalid (123456789012.127.0.0.1); a proxy never resolves them.
    HTTP_PROXY: endpoint,
    HTTPS_PROXY: 'http://127.0.0.1:9',
    AWS_ENDPOINT_URL_SQS: 'http://queues.mock.invalid',
  };
  const python = async (args: string[]) => {
    const child = spawn(join(bin, 'python'), args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    const [out, err] = [text(child.stdout), text(child.stderr)];
    const [code] = await once(child, 'exit');
    if (code !== 0) throw new Error(`python ended with ${code}: ${(await err).slice(-1000)}`);
    return out;
  };
  const close = async () => {
    if (server.exitCode === null) {
      server.kill();
      await once(server, 'exit');
    }
    await rm(home, { recursive: true, force: true });
  };
  try {
    await listening(server, port);
    await python([resolve('.ci/prowler/seed.py')]);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    endpoint,
    close,
    enforceAuth: async () => {
      await fetch(`${endpoint}/moto-api/reset-auth`, { method: 'POST', body: '0' });
    },
    user: async (policy) => JSON.parse(await python(['-c', NEW_USER, JSON.stringify(policy)])),
  };
}

const NEW_USER = `
import boto3, json, sys
iam = boto3.client("iam")
iam.create_user(UserName="scanner")
iam.put_user_policy(UserName="scanner", PolicyName="scan", PolicyDocument=sys.argv[1])
key = iam.create_access_key(UserName="scanner")["AccessKey"]
print(json.dumps({"accessKeyId": key["AccessKeyId"], "secretAccessKey": key["SecretAccessKey"]}))
`;

async function text(stream: NodeJS.ReadableStream): Promise<string> {
  let all = '';
  for await (const chunk of stream) all += chunk;
  return all;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' && address ? address.port : 0;
}

async function listening(server: ChildProcess, port: number): Promise<void> {
  for (let tries = 0; tries < 120; tries++) {
    if (server.exitCode !== null) throw new Error('the mock account did not start');
    const socket = connect(port, '127.0.0.1');
    const up = await Promise.race([
      once(socket, 'connect').then(
        () => true,
        () => false,
      ),
      sleep(500, false),
    ]);
    socket.destroy();
    if (up) return;
    await sleep(250);
  }
  throw new Error('the mock account does not answer');
}
