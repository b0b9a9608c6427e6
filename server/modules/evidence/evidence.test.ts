import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { EvidenceDetail, EvidenceItem } from '../../../contract/evidence.js';
import { packageRoot } from '../../package-root.js';
import { createTestApp, scansToControlsAnd, type TestApp } from '../../testing/test-core.js';
import { TestTeam } from '../../testing/test-team.js';
import { type Evidence, evidenceExpired } from './index.js';
import { EvidenceItemsRepository } from './items/evidence-items.repository.js';
import { aPdf, bytesForm } from './testing/evidence-files.js';

const SAMPLE = join(packageRoot, 'server/scanners/tools/prowler/fixtures/aws-sample.ocsf.json');
const SECRET = ['ghp', 'a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8'].join('_');
const PREFIX = '/api/evidence';

let app: TestApp;
let evidence: Evidence;
let team: TestTeam;
beforeAll(async () => {
  app = await createTestApp({
    ...scansToControlsAnd('evidence'),
    authenticate: ({ headers }) => {
      const name = String(headers['x-user'] ?? 'ann');
      return { ...team.actor, userId: name, name };
    },
  });
  evidence = app.container.get('evidence');
});
beforeEach(async () => {
  team = new TestTeam(app);
  await team.register();
});
afterAll(() => app.close());

const DAY_MS = 86_400_000;
const inDays = (days: number) => new Date(app.clock.now().getTime() + days * DAY_MS).toISOString();

async function call(
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  path: string,
  payload?: object,
  user = 'ann',
) {
  const url = path.startsWith('/api') ? path : `${PREFIX}${path}`;
  const answer = await app.server.inject({ method, url, payload, headers: { 'x-user': user } });
  return {
    status: answer.statusCode,
    headers: answer.headers,
    raw: answer.rawPayload,
    body: parsed(answer.body),
  };
}

// biome-ignore lint/suspicious/noExplicitAny: responses of many endpoints
function parsed(text: string): any {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

const upload = (content: Uint8Array | string, name: string, query = '') =>
  call('POST', `?${query}`, bytesForm(content, name));
const policy = async (query = 'controls=IAC-06&kind=policy&title=Access policy') =>
  (await upload('Access is reviewed each quarter.', 'policy.txt', query)).body as EvidenceDetail;

async function importSample() {
  const { id } = await app.scans.imports.importFile(team.actor, SAMPLE);
  return id;
}

const scanEvidence = async (): Promise<EvidenceItem[]> =>
  (await call('GET', '?kind=scan&limit=100')).body.items;

describe('collection', () => {
  test('an import becomes one item of scan evidence per domain, once', async () => {
    const importId = await importSample();
    const made = await evidence.collector.collectImport(team.actor, importId);
    expect(made).toBeGreaterThan(3);
    expect(made).toBeLessThan(34);
    expect(await evidence.collector.collectImport(team.actor, importId)).toBe(0);
    await evidence.runMaintenance(team.actor);
    const items = await scanEvidence();
    expect(items).toHaveLength(made ?? 0);
    const [one] = items;
    expect(one).toMatchObject({ source: { tool: 'prowler', importId } });
    expect(one?.source.reportSha256).toMatch(/^[0-9a-f]{64}$/);
    const content = (await call('GET', `/${one?.id}/content`)).body;
    const shown = content.controls.flatMap((control: { checks: object[] }) => control.checks);
    expect(shown.length).toBeGreaterThan(0);
    for (const { tier } of shown) expect(tier).toBeLessThanOrEqual(2);
    const detail = (await call('GET', `/${one?.id}`)).body as EvidenceDetail;
    expect(detail.links).toContainEqual({
      kind: 'import',
      id: importId,
      relation: 'collected_from',
    });
  });

  test('counts of each check are those of the report', async () => {
    const id = await importSample();
    await evidence.collector.collectImport(team.actor, id);
    const items = await scanEvidence();
    const report = JSON.parse(await readFile(SAMPLE, 'utf8')) as {
      status_code: string;
      metadata: { event_code: string };
    }[];
    for (const item of items) {
      const content = (await call('GET', `/${item.id}/content`)).body;
      for (const { checks } of content.controls) {
        for (const { checkId, pass, fail } of checks) {
          const rows = report.filter(({ metadata }) => metadata.event_code === checkId);
          const countOf = (status: string) =>
            rows.filter((row) => row.status_code === status).length;
          expect([checkId, pass, fail]).toEqual([checkId, countOf('PASS'), countOf('FAIL')]);
        }
      }
    }
  });

  test('a check that only intersects a control or has no verdict is not evidence of it', async () => {
    const controls = async () => (await scanEvidence()).flatMap(({ controlIds }) => controlIds);
    const [tool, checkId] = ['prowler', 'kms_cmk_are_used'];
    await team.import([{ check: checkId, resource: 'k', status: 'MANUAL' }], { at: inDays(-2) });
    await evidence.runMaintenance(team.actor);
    expect(await controls()).toEqual([]);
    const matched = await app.mapping.matches.ofChecks(team.actor, [checkId]);
    const reviews = matched.flatMap(({ controlIds }) =>
      controlIds.map((controlId) => ({
        ...{ tool, checkId, controlId },
        ...{ verdict: 'accept' as const, relation: 'intersects' as const, reason: 'beside it' },
      })),
    );
    await app.mapping.reviews.review(team.actor, reviews);
    await team.import([{ check: checkId, resource: 'k', status: 'PASS' }], { at: inDays(-1) });
    await evidence.runMaintenance(team.actor);
    expect(await controls()).toEqual([]);
    await app.mapping.reviews.review(
      team.actor,
      reviews.map((review) => ({ ...review, relation: 'subset' as const })),
    );
    await team.import([{ check: checkId, resource: 'k', status: 'FAIL' }], { at: inDays(0) });
    await evidence.runMaintenance(team.actor);
    expect(await controls()).toContain('CRY-09');
  });

  test('an answer is evidence until it is withdrawn', async () => {
    const path = '/api/common-controls/IAC-06/decision';
    const answer = {
      kind: 'answer',
      status: 'implemented',
      justification: `We review every month, by ${SECRET}.`,
    };
    await call('PUT', path, answer);
    expect(await evidence.collector.collectStatements(team.actor)).toBe(1);
    expect(await evidence.collector.collectStatements(team.actor)).toBe(0);
    const [item] = (await call('GET', '?kind=answer')).body.items;
    expect(item).toMatchObject({ state: 'auto_collected', valid: true, controlIds: ['IAC-06'] });
    expect(item.description).toContain('We review every month');
    expect(item.description).not.toContain(SECRET);
    await call('DELETE', path);
    await evidence.collector.collectStatements(team.actor);
    expect((await call('GET', `/${item.id}`)).body).toMatchObject({
      state: 'expired',
      valid: false,
    });
  });
});

describe('upload', () => {
  test('waits for review, expires by the control’s cadence, and is stored once', async () => {
    const item = await policy();
    expect(item).toMatchObject({
      state: 'pending_review',
      valid: false,
      title: 'Access policy',
      kind: 'policy',
    });
    expect(item.links).toContainEqual({ kind: 'control', id: 'IAC-06', relation: 'supports' });
    const again = (await upload('Access is reviewed each quarter.', 'other.txt')).body;
    expect(again).toMatchObject({ id: item.id, duplicate: true, title: 'Access policy' });
    expect((await call('GET', '')).body.items).toHaveLength(1);
  });

  test('of the same content in parallel creates one item, and each upload succeeds', async () => {
    const all = await Promise.all(
      ['a.txt', 'b.txt', 'c.txt'].map((name) => upload('Reviewed in May.', name)),
    );
    expect(all.map(({ status }) => status)).toEqual([201, 201, 201]);
    expect(new Set(all.map(({ body }) => body.id)).size).toBe(1);
    expect(all.filter(({ body }) => !body.duplicate)).toHaveLength(1);
    expect((await call('GET', '')).body.items).toHaveLength(1);
  });

  test('of removed content creates a new item; the old one cannot be restored beside it', async () => {
    const { id } = await policy();
    await call('DELETE', `/${id}`);
    const again = await policy();
    expect(again.id).not.toBe(id);
    const restored = await call('POST', `/${id}/restore`);
    expect(restored).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining(again.id) },
    });
    await call('DELETE', `/${again.id}`);
    expect((await call('POST', `/${id}/restore`)).body).toMatchObject({ deletedAt: null });
  });

  test('masks secrets in text, and is downloaded as an attachment without sniffing', async () => {
    const secret = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
    const { body } = await upload(`aws_secret_access_key = ${secret}\n`, '../../notes.txt');
    expect(body.revision).toMatchObject({
      fileName: 'notes.txt',
      masked: true,
      mediaType: 'text/plain',
    });
    const { raw, headers } = await call('GET', `/${body.id}/content`);
    expect(raw.toString()).not.toContain(secret);
    expect(headers['content-disposition']).toMatch(/^attachment; filename="notes.txt"/);
    expect(headers['x-content-type-options']).toBe('nosniff');
  });

  test('stores a PDF byte for byte', async () => {
    const pdf = await aPdf('Reviewed.');
    const { body } = await upload(pdf, 'review.pdf');
    expect((await call('GET', `/${body.id}/content`)).raw.equals(pdf)).toBe(true);
  });

  test('rejects a file over the limit, unknown links and wrong dates, and stores nothing', async () => {
    await call('PUT', '/settings', { fourEyes: false, maxUploadMegabytes: 1 });
    const large = await upload('x'.repeat(1024 ** 2 + 1), 'a.txt');
    expect(large).toMatchObject({ status: 413, body: { detail: expect.stringContaining('1 MB') } });
    for (const [query, why] of [
      ['controls=NOPE-1', /no control NOPE-1/],
      ['requirements=nope/1', /no requirement nope\/1/],
      [`effectiveFrom=${inDays(0)}&effectiveTo=${inDays(-28)}`, /effectiveTo/],
      [`collectedAt=${inDays(300)}`, /collectedAt/],
    ] as const) {
      const refused = await upload('words', 'a.txt', query);
      expect([refused.status, refused.body.detail]).toEqual([422, expect.stringMatching(why)]);
    }
    expect((await call('GET', '')).body.items).toEqual([]);
  });

  test('a new revision needs a new review, and the old one is kept', async () => {
    const { id } = await policy();
    await call('POST', `/${id}/approve`, {});
    const revised = await call(
      'POST',
      `/${id}/revisions`,
      bytesForm('Each month.', 'policy-2.txt'),
    );
    expect(revised.body).toMatchObject({
      state: 'pending_review',
      valid: false,
      revision: { number: 2 },
    });
    expect((await call('GET', `/${id}/content?revision=1`)).body).toContain('each quarter');
    const same = await call('POST', `/${id}/revisions`, bytesForm('Each month.', 'policy-3.txt'));
    expect(same.status).toBe(409);
  });

  test('removed evidence no longer counts and can be restored; the audit trail has both', async () => {
    const { id } = await policy();
    await call('POST', `/${id}/approve`, {});
    expect((await call('DELETE', `/${id}`)).body).toMatchObject({ valid: false });
    expect((await call('GET', '')).body.items).toEqual([]);
    expect((await call('GET', '?deleted=true')).body.items).toHaveLength(1);
    expect((await call('POST', `/${id}/approve`, {})).status).toBe(409);
    expect((await call('POST', `/${id}/restore`)).body).toMatchObject({
      valid: true,
      deletedAt: null,
    });
    const trail = await app.platform.audit.about(team.actor, id);
    const actions = trail.map(({ action }) => action.replace('evidence.', ''));
    expect(actions.sort()).toEqual(['approved', 'removed', 'restored', 'uploaded']);
  });
});

describe('review', () => {
  test('approval makes evidence count and changes no control', async () => {
    const { id } = await policy();
    const approved = (await call('POST', `/${id}/approve`, {})).body as EvidenceDetail;
    expect(approved).toMatchObject({ state: 'approved', valid: true });
    expect(approved.reviews.at(-1)).toMatchObject({ action: 'approved', ownWork: true });
    expect(approved.controls).toMatchObject([{ id: 'IAC-06', status: 'not_assessed' }]);
    expect((await call('POST', `/${id}/approve`, {})).status).toBe(409);
  });

  test('with four eyes another person must approve', async () => {
    await call('PUT', '/settings', { fourEyes: true, maxUploadMegabytes: 25 });
    const { id, mayApprove } = await policy();
    expect(mayApprove).toBe(false);
    expect((await call('POST', `/${id}/approve`, {})).status).toBe(409);
    const other = await call('POST', `/${id}/approve`, {}, 'bob');
    expect(other.body.reviews.at(-1)).toMatchObject({ actor: 'bob', ownWork: false });
  });

  test('an answer by evidence cites it, expires with it, and is withdrawn when it is rejected', async () => {
    const { id } = await policy();
    const answers = {
      statement: 'The policy implements it.',
      controls: [{ controlId: 'IAC-06', status: 'implemented' }],
    };
    const foreign = { ...answers, controls: [{ controlId: 'IAC-01', status: 'implemented' }] };
    expect((await call('POST', `/${id}/approve`, { answers: foreign })).status).toBe(422);
    const approved = (await call('POST', `/${id}/approve`, { answers })).body as EvidenceDetail;
    expect(approved.controls).toMatchObject([{ status: 'implemented' }]);
    const control = (await call('GET', '/api/common-controls/IAC-06')).body;
    expect(control.decision).toMatchObject({ kind: 'answer', expiresAt: approved.expiresAt });
    expect(control.decision.justification).toContain(id);
    await call('POST', `/${id}/reject`, { reason: 'It is the draft.' });
    const after = (await call('GET', '/api/common-controls/IAC-06')).body;
    expect(after).toMatchObject({ status: 'not_assessed', decision: null });
  });

  test('maintenance withdraws the answers when a process died during a rejection', async () => {
    const { id } = await policy();
    const controls = [{ controlId: 'IAC-06', status: 'implemented' }];
    const answers = { statement: 'The policy implements it.', controls };
    const approved = await call('POST', `/${id}/approve`, { answers });
    expect(approved.body.controls).toMatchObject([{ status: 'implemented' }]);
    const items = app.platform.repositories.create(EvidenceItemsRepository);
    const item = await evidence.items.require(team.actor, id);
    await items.change(item, { state: 'rejected' });
    await evidence.runMaintenance(team.actor);
    const after = (await call('GET', '/api/common-controls/IAC-06')).body;
    expect(after).toMatchObject({ status: 'not_assessed', decision: null });
    expect((await call('GET', `/${id}`)).body.answers).toEqual([]);
  });

  test('rejected evidence can be submitted again; changed links need a new approval', async () => {
    const { id } = await policy();
    await call('POST', `/${id}/reject`, { reason: 'unsigned' });
    expect((await call('POST', `/${id}/submit`, { comment: 'signed' })).body.state).toBe(
      'pending_review',
    );
    await call('POST', `/${id}/approve`, {});
    const moved = await call('PATCH', `/${id}`, { controlIds: ['IAC-01'] });
    expect(moved.body).toMatchObject({ state: 'pending_review', valid: false });
    const named = await call('PATCH', `/${id}`, { title: 'Another title' });
    expect(named.body).toMatchObject({ title: 'Another title', state: 'pending_review' });
  });

  test('expires once with one event, and cannot be approved afterwards', async () => {
    const { id } = await policy(`controls=IAC-06&effectiveTo=${inDays(4)}`);
    await call('POST', `/${id}/approve`, {});
    expect((await call('GET', '?expiringDays=30')).body.items).toHaveLength(1);
    const expired: string[] = [];
    app.platform.events.on(evidenceExpired, ({ teamId, evidenceId }) => {
      if (teamId === team.actor.teamId) expired.push(evidenceId);
    });
    app.clock.moveDays(10);
    expect((await call('GET', `/${id}`)).body).toMatchObject({
      state: 'expired',
      valid: false,
      quality: { score: 0 },
    });
    await evidence.runMaintenance(team.actor);
    await evidence.runMaintenance(team.actor);
    expect(expired).toEqual([id]);
    expect((await call('POST', `/${id}/approve`, {})).status).toBe(409);
    expect(
      (await call('POST', `/${id}/renewal`, { reason: 'It is over.' })).body.renewalRequestedAt,
    ).not.toBeNull();
  });
});

test('coverage and gaps follow valid evidence', async () => {
  const catalogue = await app.catalogue.catalogues.of(team.actor);
  const framework = catalogue.requirementsOf('IAC-06')[0]?.framework.id ?? '';
  const covered = async () =>
    (await call('GET', '/coverage')).body.items.find(
      (one: { frameworkId: string }) => one.frameworkId === framework,
    ).coverage;
  const gap = async () =>
    (await call('GET', `/gaps/${framework}`)).body.controls.find(
      (one: { controlId: string }) => one.controlId === 'IAC-06',
    );
  expect(await covered()).toBe(0);
  expect(await gap()).toMatchObject({ reason: 'none' });
  const coming = await policy(`controls=IAC-06&effectiveFrom=${inDays(31)}`);
  await call('POST', `/${coming.id}/approve`, {});
  expect(await covered()).toBe(0);
  expect(await gap()).toMatchObject({ reason: 'not_yet', evidenceId: coming.id });
  await call('DELETE', `/${coming.id}`);
  const { id, expiresAt } = await policy();
  expect(await covered()).toBe(0);
  expect(await gap()).toMatchObject({ reason: 'in_review', evidenceId: id });
  await call('POST', `/${id}/approve`, {});
  expect(await covered()).toBeGreaterThan(0);
  expect(await gap()).toBeUndefined();
  app.clock.moveDays((Date.parse(expiresAt) - app.clock.now().getTime()) / DAY_MS - 10);
  expect(await gap()).toMatchObject({ reason: 'expiring', expiresAt });
  app.clock.moveDays(11);
  expect(await gap()).toMatchObject({ reason: 'expired' });
  expect(await covered()).toBe(0);
  expect((await call('GET', `?framework=${framework}`)).body.items).toHaveLength(1);
});
