import { pino } from 'pino';
import { startCore } from '../server/app.js';
import type { Client } from '../server/platform/http/client.js';
import { readServerConfig } from '../server/server-config.js';
import { sessionCookie } from '../server/testing/signed-in-fetch.js';
import { ask } from './api-client.js';
import type { Bench } from './bench-context.js';
import { CspmServer } from './cspm-process.js';
import type { Section } from './figures.js';
import { repeat, Samples, timed } from './measure.js';

const USERS = 20;
const OVERHEAD_BELOW_MS = 1;
const PASSWORD = 'seven-grey-otters-at-noon';
const emailOf = (user: number) => `user-${user}@example.org`;

/** What signing in costs, what it adds to a request, and what many sessions change. */
export const identity: Bench = {
  name: 'identity',
  async run(context): Promise<Section[]> {
    const dataDir = await context.newDataDir();
    const count = context.quick ? 200 : 2_000;
    context.say(`signing in ${count.toLocaleString('en-US')} sessions of ${USERS} users`);
    const { tokens, beginMs } = await signedIn(dataDir, count);
    const server = await CspmServer.start(dataDir);
    try {
      const { url } = server;
      const own = sessionCookie(url) ?? '';
      const name = own.split('=')[0];
      const cookies = tokens.map((token) => `${name}=${token}`);
      const times = context.quick ? 200 : 2_000;
      // Alternating, as the machine's load varies.
      const open: number[] = [];
      const one: number[] = [];
      const many: number[] = [];
      for (let turn = -20; turn < times; turn += 1) {
        const cookie = cookies[(turn + 20) % cookies.length] as string;
        const took = {
          open: await msOf(() => ask(`${url}/api/setup`, 'GET', undefined, '')),
          one: await msOf(() => ask(`${url}/api/auth/sessions`, 'GET', undefined, own)),
          many: await msOf(() => ask(`${url}/api/me`, 'GET', undefined, cookie)),
        };
        if (turn < 0) continue;
        open.push(took.open);
        one.push(took.one);
        many.push(took.many);
      }
      const [floor, operator, user] = [new Samples(open), new Samples(one), new Samples(many)];
      const signIns = new Samples(
        await repeat(context.quick ? 5 : 40, (turn) =>
          msOf(() =>
            ask(
              `${url}/api/auth/login`,
              'POST',
              { email: emailOf(turn % USERS), password: PASSWORD },
              '',
            ),
          ),
        ),
      );
      const listed = await msOf(() =>
        ask(`${url}/api/auth/sessions`, 'GET', undefined, cookies[0] as string),
      );
      const overhead = user.p50 - floor.p50;
      return [
        {
          title: `Identity: ${count.toLocaleString('en-US')} sessions of ${USERS} users`,
          figures: [
            { name: 'sign-in with a password, p50', value: signIns.p50, unit: 'ms' },
            { name: 'sign-in with a password, p95', value: signIns.p95, unit: 'ms' },
            {
              name: 'signed-in request, beyond an open one, p50',
              value: overhead,
              unit: 'ms',
              ...context.target(OVERHEAD_BELOW_MS),
              note: 'who am I, with memberships, against whether setup is needed',
            },
            {
              name: 'who am I ÷ an open request',
              value: user.p50 / floor.p50,
              unit: '×',
              usual: [1, 4],
            },
            { name: 'the same, p95', value: user.p95, unit: 'ms' },
            { name: 'own sessions, of one, p50', value: operator.p50, unit: 'ms' },
            { name: `own sessions, of ${count / USERS}`, value: listed, unit: 'ms' },
            { name: 'beginning a session, without its password', value: beginMs, unit: 'ms' },
          ],
        },
      ];
    } finally {
      await server.stop();
    }
  },
};

/** Users with sessions, made by the product itself in this process: by HTTP, each would cost a password. */
async function signedIn(dataDir: string, count: number) {
  const config = readServerConfig({ DATA_DIR: dataDir, LOG_LEVEL: 'silent' });
  const core = await startCore(config, { log: pino({ level: 'silent' }), role: 'api' });
  try {
    const { users, sessions } = core.container.get('identity');
    const operator = { userId: 'bench', teamId: 'default' };
    const tokens: string[] = [];
    const client: Client = {
      ...{ address: '127.0.0.1', name: 'bench', session: null, key: null, signOn: null },
      origin: 'http://127.0.0.1',
      keepSession: (token) => tokens.push(token),
      ...{ keepSignOn: () => {}, dropSession: () => {} },
    };
    const ids = await repeat(USERS, async (n) => {
      const user = { email: emailOf(n), name: `User ${n}`, password: PASSWORD };
      return (await users.add(operator, { ...user, isInstallationAdmin: n === 0 })).id;
    });
    const begun = await timed(() =>
      repeat(count, (n) => {
        const how = { by: 'password' as const, isSecond: false };
        return sessions.begin(ids[n % USERS] as string, how, client);
      }),
    );
    return { tokens, beginMs: begun.ms / count };
  } finally {
    await core.close();
  }
}

async function msOf(work: () => Promise<unknown>): Promise<number> {
  return (await timed(work)).ms;
}
