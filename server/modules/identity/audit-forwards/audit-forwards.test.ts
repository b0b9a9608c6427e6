import { createHmac } from 'node:crypto';
import { createSocket, type Socket as Datagrams } from 'node:dgram';
import { createServer as createHttp, type IncomingHttpHeaders, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcp } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AuditForward, type ForwardTarget } from '../../../../contract/audit-forwards.js';
import { Leases } from '../../../platform/leases/leases.js';
import { LeasesRepository } from '../../../platform/leases/leases.repository.js';
import { MARK, SECRETS } from '../../../testing/planted.js';
import { propertyRuns } from '../../../testing/property-runs.js';
import { anActor, createTestApp, SCANS_ONLY, type TestApp } from '../../../testing/test-core.js';
import { AuditForwardsRepository } from './audit-forwards.repository.js';
import { ForwardTrail } from './forward-trail.js';
import { framed, syslogMessage } from './syslog.rules.js';

let app: TestApp;
const received: { url: string; headers: IncomingHttpHeaders; body: string }[] = [];
let answer: (url: string) => number = () => 200;
let receiver: Server;
let at: string;
beforeAll(async () => {
  receiver = createHttp((request, response) => {
    let body = '';
    request.on('data', (part) => {
      body += part;
    });
    request.on('end', () => {
      const url = request.url ?? '';
      const status = answer(url);
      if (status === 200) received.push({ url, headers: request.headers, body });
      response.writeHead(status).end();
    });
  });
  await new Promise<void>((done) => receiver.listen(0, '127.0.0.1', done));
  at = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;
  app = await createTestApp({
    env: { ...SCANS_ONLY.env, OUTBOUND_ALLOW: '127.0.0.1' },
    authenticate: ({ headers }) => anActor(String(headers['x-team'])),
  });
});
afterAll(async () => {
  await app.close();
  await new Promise((done) => receiver.close(done));
});

let teams = 0;
const aTeam = () => `t${++teams}`;
const call = (team: string, method: 'GET' | 'POST' | 'PATCH', path = '', payload?: object) =>
  app.server.inject({
    ...{ method, url: `/api/audit/forwards${path}`, headers: { 'x-team': team } },
    ...(payload ? { payload } : {}),
  });
async function forwardOf(team: string, target: ForwardTarget, rest: object = {}) {
  const response = await call(team, 'POST', '', { target, ...rest });
  expect(response.body).not.toContain(target.kind === 'webhook' ? target.url : 'x'.repeat(9));
  return response.json() as AuditForward & { secret: string | null };
}
const webhook = (url: string): ForwardTarget => ({ kind: 'webhook', url: at + url });
const record = (teamId: string, subject: string, details = {}) =>
  app.platform.audit.record({ teamId, userId: 'ann' }, 'a.b', subject, details);
const seqsAt = (url: string) =>
  received
    .filter((each) => each.url === url)
    .flatMap(({ body }) =>
      (JSON.parse(body).data.entries as { seq: number }[]).map(({ seq }) => seq),
    );
const send = async (team: string, id: string) =>
  AuditForward.parse((await call(team, 'POST', `/${id}/send`)).json());

describe('a webhook', () => {
  test('gets what is recorded from then on, signed as notifications are, without secrets', async () => {
    const team = aTeam();
    await record(team, 'before');
    const { id, secret } = await forwardOf(team, webhook('/signed'));
    await record(team, 'after', { note: `see ${SECRETS[0]}` });
    expect(await send(team, id)).toMatchObject({ state: 'up_to_date', waiting: 0, problem: null });
    const { headers, body } = received.filter(({ url }) => url === '/signed')[0] as never as {
      headers: Record<string, string>;
      body: string;
    };
    const key = Buffer.from(secret?.slice('whsec_'.length) ?? '', 'base64');
    const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
    const expected = createHmac('sha256', key).update(signed).digest('base64');
    expect(headers['webhook-signature']).toBe(`v1,${expected}`);
    const { entries } = JSON.parse(body).data;
    expect(entries.map(({ action }: { action: string }) => action)).toEqual([
      'audit.forward_created',
      'a.b',
      'audit.forward_requested',
    ]);
    expect(body).not.toContain(MARK);
  });

  test('can get what was recorded before too', async () => {
    const team = aTeam();
    for (let n = 0; n < 230; n += 1) await record(team, `thing ${n}`);
    const { id } = await forwardOf(team, webhook('/all'), { fromStart: true });
    await send(team, id);
    expect(seqsAt('/all')).toEqual(Array.from({ length: 232 }, (_, at) => at + 1));
  });

  test('gets everything in order after an outage and a pause, and its state says so meanwhile', async () => {
    const team = aTeam();
    const { id } = await forwardOf(team, webhook('/outage'));
    answer = (url) => (url === '/outage' ? 503 : 200);
    const failing = await send(team, id);
    expect(failing).toMatchObject({ state: 'failing', problem: 'it answered with the status 503' });
    expect(failing.waiting).toBeGreaterThan(0);
    await record(team, 'meanwhile');
    // Not before it is due again.
    expect(await app.container.get('identity').forwarding.trail.teamsBehind()).not.toContain(team);
    answer = () => 200;
    await call(team, 'PATCH', `/${id}`, { enabled: false });
    expect(await send(team, id)).toMatchObject({ state: 'off' });
    await call(team, 'PATCH', `/${id}`, { enabled: true });
    expect(await app.container.get('identity').forwarding.trail.teamsBehind()).toContain(team);
    await app.container.get('identity').forwarding.trail.send({ teamId: team });
    const seqs = seqsAt('/outage');
    expect(seqs).toEqual(seqs.map((_, n) => n + 1));
    expect(seqs).toHaveLength(6);
    const { items } = (await call(team, 'GET')).json();
    expect(items).toMatchObject([{ state: 'up_to_date', failingSince: null }]);
  });

  test('of several processes with a failing receiver gets each entry, in order', async () => {
    const forwards = app.platform.repositories.create(AuditForwardsRepository);
    const { audit, clock, log } = app.platform;
    const process = (fails: () => boolean, path: string) => {
      const leases = new Leases({
        ...{ leases: app.platform.repositories.create(LeasesRepository), clock, log },
      });
      const { service, sender } = app.container.get('identity').forwarding;
      return new ForwardTrail({
        ...{ forwards, audit, platform: { clock, leases, log } },
        open: (forward) => service.open(forward),
        sender: {
          send: async (target, batch) => {
            if (fails()) throw new Error('away');
            await sender.send(target, batch);
            // It arrived, but the process does not get to know.
            if (fails()) throw new Error(`answer lost at ${path}`);
          },
        },
      });
    };
    let run = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(2), fc.nat(5)), { minLength: 1, maxLength: 6 }),
        fc.infiniteStream(fc.boolean()),
        async (steps, outcomes) => {
          const team = aTeam();
          const path = `/many-${++run}`;
          const { id } = await forwardOf(team, webhook(path));
          let isFair = false;
          const fails = () => !isFair && outcomes.next().value === true;
          const processes = [0, 1, 2].map(() => process(fails, path));
          for (const [which, entries] of steps) {
            for (let n = 0; n < entries; n += 1) await record(team, `thing ${n}`);
            const others = processes.filter((_, index) => index !== which);
            await Promise.all(
              [processes[which], ...others].map((each) => each?.send({ teamId: team }, id)),
            );
          }
          isFair = true;
          await processes[0]?.send({ teamId: team }, id);
          const seqs = seqsAt(path);
          const firsts = seqs.filter((seq, index) => seqs.indexOf(seq) === index);
          expect(firsts).toEqual(firsts.map((_, n) => n + 1));
          expect(firsts).toHaveLength(await audit.lastSeq({ teamId: team }));
        },
      ),
      { numRuns: propertyRuns(60, 8) },
    );
  });

  test.each([
    ['https://10.0.0.1/x', /private/],
    ['http://203.0.114.9/x', /only https/],
    ['https://169.254.169.254/x', /not called/],
  ])('at %s is refused at once', async (url, problem) => {
    const response = await call(aTeam(), 'POST', '', { target: { kind: 'webhook', url } });
    expect(response.statusCode).toBe(422);
    expect(response.json().detail).toMatch(problem);
  });
});

describe('a syslog server', () => {
  test.each(['tcp', 'udp'] as const)('gets each entry over %s', async (transport) => {
    const team = aTeam();
    const texts: string[] = [];
    const listening = transport === 'tcp' ? await tcpServer(texts) : await udpServer(texts);
    const target = { kind: 'syslog' as const, host: '127.0.0.1', port: listening.port, transport };
    const { id, destination } = await forwardOf(team, target);
    expect(destination).toBe(`127.0.0.1:${listening.port} (${transport})`);
    await record(team, 'thing', { line: 'one\ntwo — ü' });
    expect(await send(team, id)).toMatchObject({ state: 'up_to_date' });
    await expect.poll(() => texts.join(''), { timeout: 10_000 }).toContain('forward_requested');
    const messages = transport === 'tcp' ? unframed(texts.join('')) : texts;
    expect(messages).toHaveLength(3);
    expect(messages[1]).toMatch(/^<110>1 \S+Z \S+ OffloadSecurity - a\.b \[meta sequenceId="2"\] /);
    const [, json = ''] = messages[1]?.split('] \uFEFF') ?? [];
    expect(JSON.parse(json)).toMatchObject({ seq: 2, details: { line: 'one\ntwo — ü' } });
    await listening.close();
  });

  test('that is away is reported, and nothing counts as sent', async () => {
    const team = aTeam();
    const { port, close } = await tcpServer([]);
    await close();
    const target = { kind: 'syslog' as const, host: '127.0.0.1', port, transport: 'tcp' as const };
    const { id } = await forwardOf(team, target);
    const state = await send(team, id);
    expect(state).toMatchObject({ state: 'failing', sentSeq: 0, waiting: 2 });
    expect(state.problem).toContain('ECONNREFUSED');
  });

  test('without encryption is refused beyond OUTBOUND_ALLOW', async () => {
    const target = { kind: 'syslog', host: '203.0.114.9', port: 514, transport: 'udp' };
    const response = await call(aTeam(), 'POST', '', { target });
    expect([response.statusCode, response.json().detail]).toEqual([
      422,
      expect.stringContaining('only tls is allowed'),
    ]);
  });

  test('cannot be given a header by an action or a host name', () => {
    const entry = {
      ...{ id: 'audit_1', teamId: 'a', at: '2026-01-01T00:00:00.000Z', actor: 'ann', seq: 7 },
      ...{ action: 'x y]\n<1>', subject: 's', details: {} },
    };
    const message = syslogMessage(entry, 'a b\n');
    expect(message.split(' ').slice(0, 6)).toEqual([
      '<110>1',
      entry.at,
      'ab',
      'OffloadSecurity',
      '-',
      'xy]<1>',
    ]);
    expect(framed(['ü', 'ab'])).toBe('2 ü2 ab');
  });
});

function unframed(text: string): string[] {
  const bytes = Buffer.from(text);
  const found: string[] = [];
  for (let place = 0; place < bytes.length; ) {
    const space = bytes.indexOf(' ', place);
    const end = space + 1 + Number(bytes.subarray(place, space));
    found.push(bytes.subarray(space + 1, end).toString());
    place = end;
  }
  return found;
}

async function tcpServer(texts: string[]) {
  const server = createTcp((socket) => {
    socket.setEncoding('utf8');
    socket.on('data', (part) => texts.push(String(part)));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return { port, close: () => new Promise((done) => server.close(done)) };
}

async function udpServer(texts: string[]) {
  const socket: Datagrams = createSocket('udp4');
  socket.on('message', (message) => texts.push(message.toString()));
  await new Promise<void>((done) => socket.bind(0, '127.0.0.1', done));
  return { port: socket.address().port, close: async () => void socket.close() };
}
