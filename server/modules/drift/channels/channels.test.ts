import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createTestCore, scansToControlsAnd, type TestCore } from '../../../testing/test-core.js';
import { TestTeam } from '../../../testing/test-team.js';
import type { Drift } from '../index.js';
import { type MessageLine, testMessage } from '../routing/message.js';
import { slackPayload, teamsPayload } from './payloads.js';

/** What the receiver got, and what it answers next. */
const received: { url: string; headers: IncomingHttpHeaders; body: string }[] = [];
const answers = new Map<string, { status: number; location?: string }[]>();
const mails: string[] = [];

let receiver: Server;
let smtp: SMTPServer;
let core: TestCore;
let drift: Drift;
let at: string;

beforeAll(async () => {
  receiver = createServer((request, response) => {
    let body = '';
    request.on('data', (part) => {
      body += part;
    });
    request.on('end', () => {
      received.push({ url: request.url ?? '', headers: request.headers, body });
      const { status, location } = answers.get(request.url ?? '')?.shift() ?? { status: 200 };
      response.writeHead(status, location ? { location } : {}).end('noted');
    });
  });
  await new Promise<void>((done) => receiver.listen(0, '127.0.0.1', done));
  at = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;
  smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData: (stream, _session, done) => {
      let text = '';
      stream.on('data', (part) => {
        text += part;
      });
      stream.on('end', () => {
        mails.push(text);
        done();
      });
    },
  });
  await new Promise<void>((done) => smtp.listen(0, '127.0.0.1', done));
  const { port } = smtp.server.address() as AddressInfo;
  core = await createTestCore({
    role: 'worker',
    env: {
      ...scansToControlsAnd('drift').env,
      OUTBOUND_ALLOW: '127.0.0.1',
      SMTP_URL: `smtp://127.0.0.1:${port}`,
      SMTP_FROM: 'cspm@example.org',
    },
  });
  drift = core.container.get('drift');
});
afterAll(async () => {
  await core.close();
  await new Promise((done) => receiver.close(done));
  await new Promise<void>((done) => smtp.close(done));
});

const PASS = { check: 'iam_root_mfa_enabled', resource: 'root', status: 'PASS' as const };
const FAIL = { ...PASS, status: 'FAIL' as const };

async function channelOf(team: TestTeam, path: string, maxPerHour = 20) {
  const target = { kind: 'webhook' as const, url: at + path };
  const channel = await drift.channels.create(team.actor, { name: path, target, maxPerHour });
  await drift.policies.create(team.actor, {
    ...{ name: path, enabled: true, types: [], minSeverity: 'informational' },
    ...{ frameworks: [], domains: [], channels: [channel.id] },
  });
  return channel;
}
const deliveries = async (team: TestTeam, id: string) =>
  (await drift.channels.deliveries(team.actor, id, { limit: 50 })).items;
const to = (path: string) => received.filter(({ url }) => url === path);

test('a webhook is signed by the standard, so that any receiver can verify it', async () => {
  const team = new TestTeam(core);
  const { id, secret } = await channelOf(team, '/signed');
  const delivery = await drift.channels.test(team.actor, id);
  expect(delivery).toMatchObject({
    status: 'sent',
    attempts: 1,
    responseStatus: 200,
    response: 'noted',
  });
  const [{ headers, body } = { headers: {} as IncomingHttpHeaders, body: '' }] = to('/signed');
  const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
  const key = Buffer.from((secret ?? '').replace('whsec_', ''), 'base64');
  const expected = createHmac('sha256', key).update(signed).digest('base64');
  expect(headers['webhook-signature']).toBe(`v1,${expected}`);
  expect(headers['webhook-id']).toBe(delivery.id);
  expect(JSON.parse(body)).toMatchObject({
    type: 'drift.test',
    data: { teamId: team.actor.teamId },
  });
  // Neither the address nor the secret is returned again.
  const shown = JSON.stringify(await drift.channels.list(team.actor));
  expect(shown).not.toContain('/signed"}');
  expect(shown).not.toContain(secret ?? '');
});

test('a 500 is retried with the same id until accepted; a repetition within the window is not sent', async () => {
  const team = new TestTeam(core);
  await team.import([PASS], { at: 1 });
  const { id } = await channelOf(team, '/retried');
  answers.set('/retried', [{ status: 500 }]);
  await team.import([FAIL], { at: 2 });
  const waiting = async () =>
    (await deliveries(team, id)).find(({ responseStatus }) => responseStatus === 500);
  await vi.waitFor(
    async () => expect(await waiting()).toMatchObject({ status: 'pending', attempts: 1 }),
    10_000,
  );
  core.clock.moveDays(1 / 1440);
  await vi.waitFor(async () => {
    const all = await deliveries(team, id);
    expect(all.filter(({ status }) => status !== 'sent')).toEqual([]);
  }, 15_000);
  const ids = to('/retried').map(({ headers }) => headers['webhook-id']);
  expect(new Set(ids).size).toBe((await deliveries(team, id)).length);
  expect(ids.length).toBe(new Set(ids).size + 1);

  // Fixed, and failing again within six hours: neither is sent twice.
  await team.import([PASS], { at: 3 });
  const sent = (await deliveries(team, id)).length;
  await team.import([FAIL], { at: 4 });
  expect((await deliveries(team, id)).length).toBe(sent);
  core.clock.moveDays(7 / 24);
  await team.import([PASS], { at: 5 });
  expect((await deliveries(team, id)).length).toBeGreaterThan(sent);
});

test('a redirect is not followed, and a rejection by the receiver is final', async () => {
  const team = new TestTeam(core);
  const { id } = await channelOf(team, '/moved');
  answers.set('/moved', [{ status: 302, location: `${at}/elsewhere` }]);
  const moved = await drift.channels.test(team.actor, id);
  expect(moved).toMatchObject({ status: 'failed', responseStatus: 302 });
  expect(moved.problem).toContain('redirect');
  expect(to('/elsewhere')).toEqual([]);
  answers.set('/moved', [{ status: 410 }]);
  expect(await drift.channels.test(team.actor, id)).toMatchObject({
    status: 'failed',
    responseStatus: 410,
  });
});

test('messages over a channel’s hourly limit are held and sent as one digest later', async () => {
  const team = new TestTeam(core);
  await team.import([PASS], { at: 1 });
  await drift.episodes.changeSettings(team.actor, { digestAbove: 50, repeatHours: 0 });
  const { id } = await channelOf(team, '/limited', 1);
  await team.import([FAIL], { at: 2 });
  const before = await deliveries(team, id);
  expect(before.length).toBeGreaterThan(2);
  expect(before.filter(({ status }) => status === 'held')).toHaveLength(before.length - 1);
  await drift.outbox.release(team.actor);
  expect(await deliveries(team, id)).toHaveLength(before.length);
  core.clock.moveDays(1.1 / 24);
  await drift.outbox.release(team.actor);
  const after = await deliveries(team, id);
  expect(after).toHaveLength(2);
  expect(after.find(({ kind }) => kind === 'digest')?.events).toBe(before.length - 1);
});

test('many changes of one run are one message and one notification, marked read per user', async () => {
  const team = new TestTeam(core);
  const { actor } = team;
  const rows = ['a', 's3_bucket_level_public_access_block', 'ec2_ebs_default_encryption'].map(
    (check, i) => (i === 0 ? PASS : { ...PASS, check, resource: check }),
  );
  await team.import(rows, { at: 1 });
  await drift.episodes.changeSettings(actor, { digestAbove: 1 });
  const { id } = await channelOf(team, '/digest');
  await team.import(
    rows.map((one) => ({ ...one, status: 'FAIL' as const })),
    { at: 2 },
  );
  const [only, ...others] = await deliveries(team, id);
  expect(others).toEqual([]);
  expect(only?.kind).toBe('digest');
  const { items, unread } = await drift.notifications.list(actor, { limit: 10 });
  expect({ count: items.length, unread }).toEqual({ count: 1, unread: 1 });
  expect(await drift.notifications.read(actor, {})).toEqual({ unread: 0 });
  const other = { ...actor, userId: 'somebody else' };
  expect((await drift.notifications.list(other, { limit: 10 })).unread).toBe(1);
});

test('mail is sent over SMTP as plain text', async () => {
  const team = new TestTeam(core);
  const target = { kind: 'email' as const, to: ['security@example.org'] };
  const { id } = await drift.channels.create(team.actor, { name: 'mail', target, maxPerHour: 20 });
  expect(await drift.channels.test(team.actor, id)).toMatchObject({
    status: 'sent',
    problem: null,
  });
  expect(mails[0]).toMatch(/^To: security@example\.org/m);
  expect(mails[0]).toContain('Test message');
});

test('Slack and Teams get their own message formats', async () => {
  const team = new TestTeam(core);
  for (const kind of ['slack', 'teams'] as const) {
    const target = { kind, url: `${at}/${kind}` };
    const { id } = await drift.channels.create(team.actor, { name: kind, target, maxPerHour: 20 });
    expect((await drift.channels.test(team.actor, id)).status).toBe('sent');
  }
  expect(JSON.parse(to('/slack')[0]?.body ?? '')).toMatchObject({
    blocks: [{ type: 'header' }, {}],
  });
  expect(JSON.parse(to('/teams')[0]?.body ?? '')).toMatchObject({
    type: 'message',
    attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive' }],
  });
});

test('text of a report becomes no link or mention in Slack and Teams', () => {
  const text = '[your password](https://evil.example) <!channel> <https://evil.example|here> a & b';
  const [line] = testMessage('2026-03-01T12:00:00.000Z').lines;
  const lines = [{ ...line, title: text, text } as MessageLine];
  const message = { ...testMessage('2026-03-01T12:00:00.000Z'), subject: text, lines };
  // Without the header, which Slack shows as plain text.
  const marked = JSON.stringify(slackPayload(message), (_, value) =>
    value?.type === 'plain_text' ? '' : value,
  );
  expect(marked).toContain('&lt;!channel&gt;');
  expect(marked).not.toMatch(/<!channel>|<https/);
  const teams = JSON.stringify(teamsPayload(message));
  expect(teams).toContain('[your password] (https://evil.example)');
  expect(teams).not.toContain('](');
});

test('a private address is rejected for a channel unless the operator allows it', async () => {
  const strict = await createTestCore(scansToControlsAnd('drift'));
  try {
    const team = new TestTeam(strict);
    const { channels } = strict.container.get('drift');
    for (const url of [
      at,
      'https://10.0.0.1/',
      'https://169.254.169.254/latest',
      'https://[::1]/',
      // The same in other notations: decimal, hexadecimal, octal, short, mapped, embedded, by name.
      'https://2130706433/',
      'https://0x7f000001/',
      'https://0177.0.0.1/',
      'https://127.1/',
      'https://0/',
      'https://[::ffff:127.0.0.1]/',
      'https://[::ffff:a9fe:a9fe]/',
      'https://[64:ff9b::7f00:1]/',
      'https://[fd00:ec2::254]/',
      'https://[fe80::1]/',
      'https://localhost/',
      'https://localhost./',
      'https://user:secret@hooks.example.org/',
    ]) {
      const target = { kind: 'webhook' as const, url };
      await expect(
        channels.create(team.actor, { name: 'x', target, maxPerHour: 1 }),
        url,
      ).rejects.toMatchObject({ status: 422 });
    }
    const mail = { kind: 'email' as const, to: ['a@example.org'] };
    await expect(
      channels.create(team.actor, { name: 'x', target: mail, maxPerHour: 1 }),
    ).rejects.toThrow('SMTP_URL');
  } finally {
    await strict.close();
  }
});
