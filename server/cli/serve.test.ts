import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { CliFolder, SAMPLE } from '../testing/run-cli.js';
import { makeReport, startProduct } from '../testing/run-processes.js';
import { fetchSignedIn } from '../testing/signed-in-fetch.js';

// Commands are slow on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

let folder: CliFolder;
const running: ChildProcess[] = [];
beforeEach(async () => {
  folder = await CliFolder.make();
});
afterEach(async () => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
  await folder.remove();
});

/** Starts a server and waits until it is ready. */
async function serve(env: Record<string, string> = {}) {
  const server = await startProduct(folder, ['serve'], env);
  running.push(server.child);
  return { ...server, get: (path: string) => fetchSignedIn(`${server.address}${path}`) };
}

/** The lines of standard error that are not `info` logs. */
function complaints(stderr: string): string[] {
  return stderr.split('\n').filter((line) => line && !line.includes('"level":"info"'));
}

describe('serve', () => {
  test('prints its address, serves, and exits with 0 on SIGTERM and SIGINT', async () => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      const { child, end, get } = await serve();
      expect((await get('/api/health')).status).toBe(200);
      expect((await get('/metrics')).status).toBe(200);
      child.kill(signal);
      const { code, stdout, stderr } = await end;
      expect([code, complaints(stderr)]).toEqual([0, []]);
      expect(stdout).toContain(`${signal}: shutting down`);
    }
  });

  test('does not disturb a server that uses the same port', async () => {
    const first = await serve();
    const { port } = new URL(first.address);
    const { code, stderr, stdout } = await folder.runProcess(['serve'], { PORT: port });
    expect([code, stdout]).toEqual([1, '']);
    const messages = stderr.split('\n').filter((line) => !line.startsWith('{'));
    expect(messages.join('\n')).toBe(
      `error: port ${port} is in use by another program; choose another, such as PORT=${Number(port) + 1}\n`,
    );
    expect((await first.get('/api/health')).status).toBe(200);
  });

  test.each([
    [{ HOST: '0.0.0.0' }, 1, /HOST=0\.0\.0\.0 needs an administrator; create one first/],
    [{ CSPM_MODULES: 'complianse' }, 2, /CSPM_MODULES: there is no module complianse/],
    [{ DATA_DIR: `${SAMPLE}/x` }, 1, /ENOTDIR/],
    [
      { MONGODB_URI: 'mongodb://root:hunter2@127.0.0.1:1/?serverSelectionTimeoutMS=200' },
      1,
      /MongoDB|127\.0\.0\.1:1/,
    ],
  ])(
    'does not start with %j, and says why without a stack trace or a secret',
    async (env, code, why) => {
      const result = await folder.runProcess(['serve'], { PORT: '0', ...env });
      expect([result.code, result.stdout]).toEqual([code, '']);
      expect(result.stderr).toMatch(why);
      expect(result.stderr).not.toMatch(/^ {4}at /m);
      expect(result.stderr).not.toContain('hunter2');
    },
  );
});

test('an interrupted assess leaves nothing behind', async () => {
  const report = await makeReport(folder, 5_000);
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    const child = folder.start(['assess', report]);
    running.push(child);
    const end = once(child, 'close');
    await expect.poll(() => folder.leftovers(), { timeout: 20_000 }).toHaveLength(1);
    child.kill(signal);
    expect((await end)[0]).toBe(code);
    expect(await folder.leftovers()).toEqual([]);
    expect(await text(child.stdout as Readable)).toBe('');
  }
});
