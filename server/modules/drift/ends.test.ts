import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { DriftEvent, DriftType } from '../../../contract/drift.js';
import type { EvidenceDetail } from '../../../contract/evidence.js';
import { Events } from '../../platform/events/events.js';
import { createTestApp, scansToControlsAnd, type TestApp } from '../../testing/test-core.js';
import { TestTeam } from '../../testing/test-team.js';
import { type Evidence, evidenceExpired, evidenceSettled } from '../evidence/index.js';
import { bytesForm } from '../evidence/testing/evidence-files.js';
import { findingTriaged } from '../security-scans/index.js';
import type { Drift } from './index.js';

let app: TestApp;
let team: TestTeam;
let drift: Drift;
let evidence: Evidence;
beforeAll(async () => {
  app = await createTestApp({
    ...scansToControlsAnd('evidence', 'drift'),
    authenticate: () => team.actor,
  });
  drift = app.container.get('drift');
  evidence = app.container.get('evidence');
});
beforeEach(async () => {
  team = new TestTeam(app);
  await team.register();
});
afterEach(() => vi.restoreAllMocks());
afterAll(() => app.close());

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

const now = () => app.clock.now().toISOString();
const inDays = (days: number) =>
  new Date(app.clock.now().getTime() + days * 86_400_000).toISOString();

/** An approved policy that ends in four days. */
async function policy(query = 'controls=IAC-06&kind=policy') {
  const { id } = await upload(
    `?title=Access policy&${query}&effectiveTo=${inDays(4)}`,
    'Access is reviewed.',
  );
  await approve(id);
  return id;
}

/** Drops these events for the rest of the test, as if the process had died before it handled them. */
const loseEvents = (...names: string[]) => {
  const { emit } = Events.prototype;
  vi.spyOn(Events.prototype, 'emit').mockImplementation(function (this: Events, type, payload) {
    return names.includes(type.name) ? Promise.resolve() : emit.call(this, type, payload);
  });
};

describe('uploaded evidence', () => {
  test('opens an episode before it ends and another when it has ended, with a link and its controls', async () => {
    const id = await policy();
    const ends = inDays(4).slice(0, 10);
    await drift.detection.detect(team.actor);
    expect(await episodes('evidence_expiring')).toMatchObject([
      { subject: id, status: 'open', cause: { about: { kind: 'evidence', id } } },
    ]);
    expect(await episodes('evidence_expired')).toEqual([]);
    app.clock.moveDays(5);
    await evidence.runMaintenance(team.actor);
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
    expect(expired?.cause.text).toContain(`expired on ${ends}`);
    expect(expired?.requirementsTotal).toBeGreaterThan(0);
    expect(await states('evidence_expiring')).toEqual(['resolved']);
    const ofControl = await ask<{ items: DriftEvent[] }>('GET', '/api/drift/events?control=IAC-06');
    expect(ofControl.items.map((event) => event.id)).toContain(expired?.id);
  });

  test('resolves its episode once a new revision is approved, not before', async () => {
    const id = await policy();
    app.clock.moveDays(5);
    await evidence.runMaintenance(team.actor);
    await upload(`/${id}/revisions`, 'Access is reviewed again.');
    await drift.detection.detect(team.actor);
    expect(await states('evidence_expired')).toEqual(['open']);
    await approve(id);
    expect(await episodes('evidence_expired')).toMatchObject([
      { status: 'resolved', resolution: { kind: 'evidence', text: 'The evidence was renewed.' } },
    ]);
  });

  test('resolves its episode when it is removed, and opens a new one when it is restored', async () => {
    const id = await policy();
    app.clock.moveDays(5);
    await evidence.runMaintenance(team.actor);
    await ask('DELETE', `/api/evidence/${id}`);
    expect(await episodes('evidence_expired')).toMatchObject([
      { status: 'resolved', resolution: { kind: 'decision' } },
    ]);
    await ask('POST', `/api/evidence/${id}/restore`, {});
    expect(await states('evidence_expired')).toEqual(['open', 'resolved']);
  });

  test('is detected once by the periodic run when its event was lost', async () => {
    loseEvents(evidenceExpired.name, evidenceSettled.name);
    const id = await policy();
    app.clock.moveDays(5);
    await evidence.runMaintenance(team.actor);
    expect(await episodes('evidence_expired')).toEqual([]);
    await drift.runMaintenance(team.actor); // at the start of a process, and every ten minutes
    await drift.runMaintenance(team.actor);
    expect(await episodes('evidence_expired')).toMatchObject([{ status: 'open', count: 1 }]);
    await ask('DELETE', `/api/evidence/${id}`);
    expect(await states('evidence_expired')).toEqual(['open']);
    await drift.runMaintenance(team.actor);
    expect(await states('evidence_expired')).toEqual(['resolved']);
  });

  test('opens no episode when nobody approved it', async () => {
    await upload(`?title=Draft&controls=IAC-06&effectiveTo=${inDays(4)}`, 'A draft.');
    app.clock.moveDays(5);
    await evidence.runMaintenance(team.actor);
    await drift.detection.detect(team.actor);
    expect(await episodes('evidence_expired')).toEqual([]);
  });

  test('that supports only a requirement affects its framework', async () => {
    await policy('requirements=iso-27001-2022/A.5.1');
    app.clock.moveDays(5);
    await evidence.runMaintenance(team.actor);
    expect(await episodes('evidence_expired')).toMatchObject([
      {
        ...{ severity: 'medium', controls: [], frameworks: ['iso-27001-2022'] },
        requirements: ['iso-27001-2022/A.5.1'],
      },
    ]);
  });
});

describe('a finding whose exception ends', () => {
  const row = { check: 'kms_cmk_are_used', resource: 'key' } as const;
  const exceptKey = async (status: 'accepted' | 'suppressed' | 'false_positive' = 'accepted') =>
    team.triage((await team.finding('key')).id, status);

  /** The finding of a key whose 30-day exception has ended. */
  async function findingWithEndedException() {
    await team.import([row], { at: now() });
    await exceptKey();
    app.clock.moveDays(31);
    await app.scans.findings.expireTriage(team.actor);
    return team.finding('key');
  }

  test('opens an episode that names the finding and its exception, resolved by the fix', async () => {
    const { id, title, severity } = await findingWithEndedException();
    const expiredOn = inDays(-1).slice(0, 10);
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
    expect(opened?.cause.text).toMatch(
      new RegExp(`acceptance.*${team.actor.name}.*${expiredOn}.*because`),
    );
    expect(opened?.controls).toContain('CRY-09');
    // The same results again change nothing.
    await team.import([row], { at: now() });
    expect(await states('exception_expired')).toEqual(['open']);
    app.clock.moveDays(1);
    await team.import([{ ...row, status: 'PASS' }], { at: now() });
    expect(await episodes('exception_expired')).toMatchObject([
      { status: 'resolved', resolution: { kind: 'evidence', text: 'The finding is fixed.' } },
    ]);
  });

  test.each(['suppressed', 'open'] as const)(
    'resolves its episode when it is triaged as %s',
    async (status) => {
      const { id } = await findingWithEndedException();
      await team.triage(id, status);
      expect(await episodes('exception_expired')).toMatchObject([
        { status: 'resolved', resolution: { kind: 'decision' } },
      ]);
      if (status === 'open') return;
      app.clock.moveDays(31);
      await app.scans.findings.expireTriage(team.actor);
      expect(await states('exception_expired')).toEqual(['open', 'resolved']);
    },
  );

  test('resolves its episode when its resource is gone', async () => {
    await findingWithEndedException();
    app.clock.moveDays(1);
    const other = { ...row, resource: 'other', status: 'PASS' } as const;
    await team.import([other], { at: now() });
    expect((await team.finding('key')).status).toBe('resolved');
    expect(await states('exception_expired')).toEqual(['resolved']);
  });

  test('opens an episode also when a report arrives before the periodic run', async () => {
    await team.import([row], { at: now() });
    await exceptKey('suppressed');
    app.clock.moveDays(31);
    await team.import([row], { at: now() });
    expect(await episodes('exception_expired')).toMatchObject([
      { status: 'open', from: 'suppressed' },
    ]);
  });

  test('is detected by the periodic run when its event was lost', async () => {
    loseEvents(findingTriaged.name);
    await findingWithEndedException();
    expect(await episodes('exception_expired')).toEqual([]);
    await drift.runMaintenance(team.actor);
    expect(await states('exception_expired')).toEqual(['open']);
  });

  test('opens no episode when the exception was withdrawn in time', async () => {
    await team.import([row], { at: now() });
    await exceptKey();
    await team.triage((await team.finding('key')).id, 'open');
    app.clock.moveDays(31);
    await app.scans.findings.expireTriage(team.actor);
    await drift.detection.detect(team.actor);
    expect(await episodes('exception_expired')).toEqual([]);
  });
});
