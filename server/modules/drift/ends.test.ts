import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { DriftEvent, DriftType } from '../../../contract/drift.js';
import type { EvidenceDetail } from '../../../contract/evidence.js';
import { anActor, createTestApp, type TestApp } from '../../testing/test-core.js';
import { TestTeam } from '../../testing/test-team.js';
import { type Evidence, evidenceExpired, evidenceSettled } from '../evidence/index.js';
import { bytesForm } from '../evidence/testing/evidence-files.js';
import { findingTriaged } from '../security-scans/index.js';
import type { Drift } from './index.js';

let app: TestApp;
let team: TestTeam;
let drift: Drift;
let evidence: Evidence;
beforeEach(async () => {
  app = await createTestApp({ authenticate: () => anActor('a') });
  await app.platform.teams.ensure({ id: 'a', name: 'A', createdAt: '2026-01-01T00:00:00.000Z' });
  team = new TestTeam(app, 'a');
  drift = app.container.get('drift');
  evidence = app.container.get('evidence');
});
afterEach(() => app.close());

async function ask<T>(method: 'GET' | 'POST' | 'DELETE', url: string, payload?: object) {
  const answer = await app.server.inject({ method, url, payload });
  if (answer.statusCode >= 400) throw new Error(`${url}: ${answer.body}`);
  return answer.json() as T;
}

async function episodes(type: DriftType) {
  const page = await ask<{ items: DriftEvent[] }>('GET', `/api/drift/events?type=${type}`);
  return page.items;
}
const states = async (type: DriftType) => (await episodes(type)).map(({ status }) => status).sort();

const upload = (path: string, content: string) =>
  ask<EvidenceDetail>('POST', `/api/evidence${path}`, bytesForm(content, 'policy.txt'));
const approve = (id: string) => ask('POST', `/api/evidence/${id}/approve`, {});

/** Accepted, and over in four days. */
async function policy(query = 'controls=IAC-06&kind=policy') {
  const ends = 'effectiveTo=2026-03-05T00:00:00Z';
  const { id } = await upload(`?title=Access policy&${query}&${ends}`, 'Access is reviewed.');
  await approve(id);
  return id;
}

/** From here on nothing hears that event: as if the process had died before it could. */
const loses = (...names: string[]) => {
  const { events } = app.platform;
  const emit = events.emit.bind(events);
  events.emit = (type, payload) =>
    names.includes(type.name) ? Promise.resolve() : emit(type, payload);
};

describe('evidence that people gave', () => {
  test('is told before it ends and when it has, with a link and its controls', async () => {
    const id = await policy();
    await drift.detection.detect(team.actor);
    expect(await episodes('evidence_expiring')).toMatchObject([
      { subject: id, status: 'open', cause: { about: { kind: 'evidence', id } } },
    ]);
    expect(await episodes('evidence_expired')).toEqual([]);
    app.clock.moveDays(5);
    await evidence.runMaintenance();
    const [expired, ...more] = await episodes('evidence_expired');
    expect(more).toEqual([]);
    expect(expired).toMatchObject({
      subject: id,
      title: 'Access policy',
      status: 'open',
      severity: 'high',
      controls: ['IAC-06'],
      domains: ['IAC'],
      cause: { kind: 'evidence', about: { kind: 'evidence', id, title: 'Access policy' } },
    });
    expect(expired?.cause.text).toContain('expired on 2026-03-05');
    expect(expired?.requirementsTotal).toBeGreaterThan(0);
    expect(await states('evidence_expiring')).toEqual(['resolved']);
    const own = await ask<{ items: DriftEvent[] }>('GET', '/api/drift/events?control=IAC-06');
    expect(own.items.map(({ id: one }) => one)).toContain(expired?.id);
  });

  test('is over once the renewed revision is accepted, not before', async () => {
    const id = await policy();
    app.clock.moveDays(5);
    await evidence.runMaintenance();
    await upload(`/${id}/revisions`, 'Access is reviewed, anew.');
    await drift.detection.detect(team.actor);
    expect(await states('evidence_expired')).toEqual(['open']);
    await approve(id);
    expect(await episodes('evidence_expired')).toMatchObject([
      { status: 'resolved', resolution: { kind: 'evidence', text: 'The evidence was renewed.' } },
    ]);
  });

  test('is over when it is removed, and open anew when it is put back', async () => {
    const id = await policy();
    app.clock.moveDays(5);
    await evidence.runMaintenance();
    await ask('DELETE', `/api/evidence/${id}`);
    expect(await episodes('evidence_expired')).toMatchObject([
      { status: 'resolved', resolution: { kind: 'decision' } },
    ]);
    await ask('POST', `/api/evidence/${id}/restore`, {});
    expect(await states('evidence_expired')).toEqual(['open', 'resolved']);
  });

  test('is found by the periodic look when the announcement was lost, once', async () => {
    loses(evidenceExpired.name, evidenceSettled.name);
    const id = await policy();
    app.clock.moveDays(5);
    await evidence.runMaintenance();
    expect(await episodes('evidence_expired')).toEqual([]);
    await drift.runMaintenance(); // at the start of a process, and every ten minutes
    await drift.runMaintenance();
    expect(await episodes('evidence_expired')).toMatchObject([{ status: 'open', count: 1 }]);
    await ask('DELETE', `/api/evidence/${id}`);
    expect(await states('evidence_expired')).toEqual(['open']);
    await drift.runMaintenance();
    expect(await states('evidence_expired')).toEqual(['resolved']);
  });

  test('is not told of when nobody had accepted it', async () => {
    await upload('?title=Draft&controls=IAC-06&effectiveTo=2026-03-05T00:00:00Z', 'A draft.');
    app.clock.moveDays(5);
    await evidence.runMaintenance();
    await drift.detection.detect(team.actor);
    expect(await episodes('evidence_expired')).toEqual([]);
  });

  test('that supports a requirement alone touches its framework', async () => {
    await policy('requirements=iso-27001-2022/A.5.1');
    app.clock.moveDays(5);
    await evidence.runMaintenance();
    expect(await episodes('evidence_expired')).toMatchObject([
      {
        ...{ severity: 'medium', controls: [], frameworks: ['iso-27001-2022'] },
        requirements: ['iso-27001-2022/A.5.1'],
      },
    ]);
  });
});

describe('an exception on a finding that ends', () => {
  const row = { check: 'kms_cmk_are_used', resource: 'key' } as const;
  const except = async (status: 'accepted' | 'suppressed' | 'false_positive' = 'accepted') =>
    team.triage((await team.finding('key')).id, status);

  /** It is excepted for 30 days, which are over. */
  async function ended() {
    await team.import([row]);
    await except();
    app.clock.moveDays(31);
    await app.scans.findings.expireTriage(team.actor);
    return team.finding('key');
  }

  test('is an episode that names finding and exception, and over when it is fixed', async () => {
    const { id, title, severity } = await ended();
    const [opened, ...more] = await episodes('exception_expired');
    expect(more).toEqual([]);
    expect(opened).toMatchObject({
      ...{ subject: id, status: 'open', severity, from: 'accepted', to: 'open' },
      cause: {
        kind: 'decision',
        checks: [{ tool: 'prowler', checkId: row.check }],
        about: { kind: 'finding', id },
      },
    });
    expect(opened?.title).toContain(title);
    expect(opened?.cause.text).toMatch(/acceptance.*User of a.*2026-03-31.*because/);
    expect(opened?.controls).toContain('CRY-09');
    // The same report again changes nothing.
    await team.import([row], { at: app.clock.now().toISOString() });
    expect(await states('exception_expired')).toEqual(['open']);
    app.clock.moveDays(1);
    await team.import([{ ...row, status: 'PASS' }], { at: app.clock.now().toISOString() });
    expect(await episodes('exception_expired')).toMatchObject([
      { status: 'resolved', resolution: { kind: 'evidence', text: 'The finding is fixed.' } },
    ]);
  });

  test.each(['suppressed', 'open'] as const)('is over when a person says %s', async (status) => {
    const { id } = await ended();
    await team.triage(id, status);
    expect(await episodes('exception_expired')).toMatchObject([
      { status: 'resolved', resolution: { kind: 'decision' } },
    ]);
    if (status === 'open') return;
    app.clock.moveDays(31);
    await app.scans.findings.expireTriage(team.actor);
    expect(await states('exception_expired')).toEqual(['open', 'resolved']);
  });

  test('is over when the resource is gone', async () => {
    await ended();
    app.clock.moveDays(1);
    const other = { ...row, resource: 'other', status: 'PASS' } as const;
    await team.import([other], { at: app.clock.now().toISOString() });
    expect((await team.finding('key')).status).toBe('resolved');
    expect(await states('exception_expired')).toEqual(['resolved']);
  });

  test('is told also when a report comes before anybody looked', async () => {
    await team.import([row]);
    await except('suppressed');
    app.clock.moveDays(31);
    await team.import([row], { at: app.clock.now().toISOString() });
    expect(await episodes('exception_expired')).toMatchObject([
      { status: 'open', from: 'suppressed' },
    ]);
  });

  test('is found when the announcement was lost', async () => {
    loses(findingTriaged.name);
    await ended();
    expect(await episodes('exception_expired')).toEqual([]);
    await drift.runMaintenance();
    expect(await states('exception_expired')).toEqual(['open']);
  });

  test('withdrawn in time is none', async () => {
    await team.import([row]);
    await except();
    await team.triage((await team.finding('key')).id, 'open');
    app.clock.moveDays(31);
    await app.scans.findings.expireTriage(team.actor);
    await drift.detection.detect(team.actor);
    expect(await episodes('exception_expired')).toEqual([]);
  });
});
