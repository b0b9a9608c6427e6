import { createHmac } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { DriftEvent } from '../../contract/drift.js';
import { SEVERITIES } from '../../contract/severity.js';
import { ocsfReport, type RowSpec } from '../testing/prowler-rows.js';
import { CliFolder } from '../testing/run-cli.js';
import { askProduct, startProduct } from '../testing/run-processes.js';

// Commands are slow on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

const ALLOWED = { OUTBOUND_ALLOW: '127.0.0.1' };
const CHECK = 'iam_root_mfa_enabled';

let folder: CliFolder;
let receiver: Server;
let answers: number[] = [];
const received: { headers: IncomingHttpHeaders; body: string }[] = [];

beforeAll(async () => {
  folder = await CliFolder.make();
  receiver = createServer((request, response) => {
    let body = '';
    request.on('data', (part) => {
      body += part;
    });
    request.on('end', () => {
      received.push({ headers: request.headers, body });
      response.writeHead(answers.shift() ?? 200).end('noted');
    });
  });
  await new Promise<void>((done) => receiver.listen(0, '127.0.0.1', done));
});
afterAll(async () => {
  await folder.remove();
  await new Promise((done) => receiver.close(done));
});

const run = (...args: string[]) => folder.run(['drift', ...args], ALLOWED);
const output = async (...args: string[]) => {
  const { code, stdout, stderr } = await run(...args);
  expect(code, stderr).toBe(0);
  return stdout;
};
const json = async (...args: string[]) => JSON.parse(await output(...args, '--json'));

let reports = 0;
async function report(status: RowSpec['status']): Promise<void> {
  // Of the last hour, because old passes would not count.
  const at = new Date(Date.now() - (60 - reports) * 60_000).toISOString();
  reports += 1;
  const path = join(folder.path, `${reports}.ocsf.json`);
  await writeFile(path, ocsfReport([{ check: CHECK, resource: 'root', status }], { at }));
  const { code, stderr } = await folder.run(['import', path]);
  expect(code, stderr).toBe(0);
}

test('each empty list says so, and what to do next', async () => {
  expect(await output()).toContain('There is no drift');
  expect(await output('channels')).toContain('add one in the web app');
  expect(await output('policies')).toMatch(/yes +all +medium +the web app/);
});

test('a regression is listed, shown, filtered, acknowledged and resolved by evidence', async () => {
  await report('PASS');
  await output('snapshot', 'last audit');
  await report('FAIL');
  const { events } = await json('list', '--type', 'control-regression');
  const event = events.find(({ subject }: DriftEvent) => subject === 'IAC-06') as DriftEvent;
  expect(event).toMatchObject({ status: 'open', cause: { kind: 'check' } });
  // Internal fields are not printed.
  for (const field of ['openKey', 'look', 'teamId']) expect(event).not.toHaveProperty(field);
  const listed = await folder.run(['drift', '--status', 'open'], ALLOWED, { columns: 160 });
  expect(listed.stdout).toContain('control_regression');
  expect(await output('list', '--control', 'iac-06')).toContain('IAC-06');
  expect(await output('list', '--framework', 'nothing')).toContain('No drift matches');
  expect(await output('list', '--limit', '1')).toContain('--limit shows more');
  const filtered = ['list', '--control', 'iac-06', '--domain', 'iac', '--severity', event.severity];
  const today = event.lastSeenAt.slice(0, 10);
  const [other] = SEVERITIES.filter((one) => one !== event.severity);
  for (const [more, matches] of [
    [[], true],
    [['--from', today, '--to', today], true],
    [['--from', event.lastSeenAt], true],
    [['--to', '2020-01-01'], false],
    [['--domain', 'hrs'], false],
    [['--severity', other ?? ''], false],
  ] as const) {
    const found = (await json(...filtered, '--type', event.type, ...more)).events;
    expect([more, found.length]).toEqual([more, matches ? 1 : 0]);
  }

  const shown = await output('show', event.id);
  for (const part of [event.id, CHECK, 'open', 'IAC-06']) expect(shown).toContain(part);
  const seen = await json('ack', event.id, '--assign', 'Ann', '--note', 'a ticket is open');
  expect(seen.event).toMatchObject({ status: 'open', assignee: 'Ann', note: 'a ticket is open' });
  expect(seen.event.acknowledged.actor).not.toBe('');
  expect(await output('show', event.id)).toMatch(/Assigned +Ann/);
  const back = await json('ack', event.id, '--undo', '--assign', '');
  expect(back.event).toMatchObject({
    ...{ acknowledged: null, assignee: null, note: 'a ticket is open' },
  });

  await report('PASS');
  expect(await output('show', event.id)).toMatch(/Over +evidence:/);
  expect((await json('list', '--status', 'open')).events).toEqual([]);
});

test('snapshots are kept by name, listed and compared', async () => {
  const named = (await json('snapshots', '--named')).snapshots;
  expect(named).toMatchObject([{ name: 'last audit' }]);
  expect(named[0]).not.toHaveProperty('parts');
  expect(await output('snapshots')).toContain('last audit');
  expect(await output('diff', 'last audit')).toContain('No control changed status');
  await report('FAIL');
  const diff = await json('diff', 'last audit', 'now');
  expect(diff.controls.map(({ id }: { id: string }) => id)).toContain('IAC-06');
  expect(await output('diff', named[0].id, 'now')).toMatch(/findings: [1-9]\d* more/);
  const again = await run('snapshot', 'last audit');
  expect([again.code, again.stderr]).toEqual([1, expect.stringContaining('already')]);
});

test('a test message reaches a channel signed; a failed delivery exits with 1', async () => {
  const { port } = receiver.address() as AddressInfo;
  const serving = await startProduct(folder, ['serve'], ALLOWED);
  let made: { id: string; secret: string };
  try {
    const target = { kind: 'webhook', url: `http://127.0.0.1:${port}/drift` };
    const body = { name: 'our tickets', target };
    made = await askProduct(serving, '/api/drift/channels', { method: 'POST', body });
  } finally {
    serving.child.kill('SIGTERM');
    await new Promise((done) => serving.child.once('exit', done));
  }
  const listed = await run('channels');
  expect(listed.stdout).toMatch(/our tickets +webhook +yes +127\.0\.0\.1/);
  expect(listed.stdout).not.toContain('/drift');
  received.length = 0;
  expect((await json('test', 'our tickets')).delivery).toMatchObject({
    ...{ status: 'sent', attempts: 1, responseStatus: 200, channelId: made.id },
  });
  const [{ headers, body } = { headers: {}, body: '' }] = received;
  const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
  const key = Buffer.from(made.secret.replace('whsec_', ''), 'base64');
  const signature = createHmac('sha256', key).update(signed).digest('base64');
  expect(headers['webhook-signature']).toBe(`v1,${signature}`);

  answers = [500];
  const failed = await run('test', made.id);
  expect(failed.code).toBe(1);
  expect(failed.stdout).toMatch(/failed +1 +500/);
  const refused = await folder.run(['drift', 'test', made.id]);
  expect(refused.code).toBe(1);
  expect(refused.stdout).toContain('OUTBOUND_ALLOW');
  const { deliveries } = await json('deliveries', 'our tickets');
  expect(deliveries.map(({ status }: { status: string }) => status)).toEqual([
    'failed',
    'failed',
    'sent',
  ]);
  for (const one of deliveries) expect(one).not.toHaveProperty('message');
});

test('an unknown id exits with 1, wrong usage with 2', async () => {
  for (const [args, exit, text] of [
    [['show', 'drift_none'], 1, 'no such drift episode'],
    [['ack', 'drift_none'], 1, 'no such drift episode'],
    [['diff', 'none'], 1, 'no such'],
    [['test', 'none'], 1, 'cspm drift channels lists them'],
    [['deliveries', 'none'], 1, 'cspm drift channels lists them'],
    [['list', '--type', 'weather'], 2, 'there are: control_regression'],
    [['list', '--status', 'closed'], 2, 'there are: open, resolved'],
    [['list', '--severity', 'bad'], 2, 'there are: critical'],
    [['list', '--from', '2026-02-31'], 2, 'is not a valid date, e.g. 2026-12-31'],
    [['list', '--limit', '0'], 2, 'from 1 to 200'],
    [['snapshot', ' '], 2, '1 to 100 characters'],
    [['ack', 'drift_none', '--note', 'x'.repeat(5_000)], 2, 'note'],
    [['nonsense'], 2, 'too many arguments'],
  ] as const) {
    const { code, stdout, stderr } = await run(...args);
    expect([args, code]).toEqual([args, exit]);
    expect(stdout).toBe('');
    expect(stderr).toContain(text);
  }
});
