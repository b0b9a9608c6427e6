import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { ImportDetail } from '../../../../contract/security-scans.js';
import { ConflictError } from '../../../platform/errors.js';
import type { RowSpec } from '../../../testing/prowler-rows.js';
import { createTestApp, SCANS_TO_CONTROLS, type TestApp } from '../../../testing/test-core.js';
import { TestTeam } from '../../../testing/test-team.js';
import { ScopesRepository } from '../check-results/scopes.repository.js';

let app: TestApp;
let team: TestTeam;

beforeAll(async () => {
  app = await createTestApp(SCANS_TO_CONTROLS);
});
afterAll(() => app.close());
beforeEach(() => {
  team = new TestTeam(app);
});

const CHECK = 's3_bucket_object_versioning';
const of = (resource: string, more: Partial<RowSpec> = {}): RowSpec => ({
  ...{ check: CHECK, resource, ...more },
});
/** A clock that stands still would make a decision and an import one moment. */
async function later<T>(work: Promise<T>): Promise<T> {
  const done = await work;
  app.clock.moveDays(0.001);
  return done;
}
const undo = (importId: string) => app.scans.undo.undo(team.actor, importId);
async function refusal(importId: string): Promise<string | null> {
  const item = await app.scans.imports.get(team.actor, importId);
  return (await app.scans.undo.check(item)).reason;
}

describe('an undone import', () => {
  it('leaves findings as they were: removed, reopened and closed again', async () => {
    await later(team.import([of('a'), of('b'), of('c', { status: 'PASS' })], { at: 0 }));
    await later(team.import([of('a'), of('b', { status: 'PASS' }), of('c')], { at: 1 }));
    const { id } = await later(
      team.import([of('a', { status: 'PASS' }), of('b'), of('d')], { at: 2 }),
    );
    const statuses = async () =>
      Object.fromEntries(
        (await team.findings()).map(({ resourceUid, status }) => [resourceUid, status]),
      );
    expect(await statuses()).toMatchObject({ a: 'resolved', b: 'open', d: 'open' });
    await undo(id);
    expect(await statuses()).toEqual({ a: 'open', b: 'resolved', c: 'open' });
  });

  it('is listed as undone with who did it in the audit trail, and its file can be imported again', async () => {
    const rows = [of('a'), of('b')];
    await later(team.import([of('a')], { at: 0 }));
    const { id } = await later(team.import(rows, { at: 1 }));
    const undone = await undo(id);
    expect(undone).toMatchObject({ status: 'undone', undoneAt: expect.any(String) });
    const [entry] = await app.platform.audit.about(team.actor, id);
    expect(entry).toMatchObject({ action: 'import.undone', actor: team.actor.userId });
    const again = await team.import(rows, { at: 1 });
    expect(again).toMatchObject({ identical: false, findings: { opened: 1, unchanged: 1 } });
  });

  it('keeps decisions about findings that it did not change', async () => {
    await later(team.import([of('a'), of('b')], { at: 0 }));
    const { id } = await later(team.import([of('a'), of('b'), of('c')], { at: 1 }));
    await later(team.triage((await team.finding('a')).id, 'accepted'));
    await undo(id);
    expect(await team.finding('a')).toMatchObject({ status: 'accepted' });
    const [scope] = (await app.scans.evidence.of(team.actor)).scopes;
    expect(scope?.tallies.map(({ exempt, count }) => [exempt, count]).sort()).toEqual([
      [false, 1],
      [true, 1],
    ]);
  });

  it('gives back a decision that it ended', async () => {
    await later(team.import([of('a')], { at: 0 }));
    await later(team.triage((await team.finding('a')).id, 'accepted'));
    const { id } = await later(team.import([of('a', { status: 'PASS' })], { at: 1 }));
    expect(await team.finding('a')).toMatchObject({ status: 'resolved', triage: null });
    await undo(id);
    expect(await team.finding('a')).toMatchObject({
      status: 'accepted',
      triage: { reason: 'because' },
    });
  });

  it('leaves a check described as another account’s import described it', async () => {
    const first = await later(team.import([of('a', { check: 'own', title: 'One' })], { at: 0 }));
    await later(team.import([of('b', { check: 'own', title: 'Two', account: '222' })], { at: 1 }));
    await undo(first.id);
    const { checks } = await app.scans.evidence.of(team.actor);
    expect(checks.map(({ check }) => check.title)).toEqual(['Two']);
  });
});

describe('an import cannot be undone', () => {
  it('while a newer one of its account rests on it; the newer one first', async () => {
    const first = await later(team.import([of('a')], { at: 0 }));
    const other = await later(team.import([of('z', { account: '222' })], { at: 0 }));
    const second = await later(team.import([of('a'), of('b')], { at: 1 }));
    expect(await refusal(first.id)).toMatch(/newer import of the same account.*imp_/);
    await expect(undo(first.id)).rejects.toThrow(ConflictError);
    expect(await refusal(other.id)).toBeNull();
    await undo(second.id);
    await undo(first.id);
    expect(await team.open()).toEqual([`${CHECK} 222 eu-west-1 z`]);
    expect(await refusal(first.id)).toBe('the import is already undone');
  });

  it('when a person triaged or reopened one of its findings since', async () => {
    const { id } = await later(team.import([of('a'), of('b')], { at: 0 }));
    const finding = await team.finding('a');
    await later(team.triage(finding.id, 'accepted'));
    expect(await refusal(id)).toBe('1 finding that it changed was triaged since');
    await later(team.triage(finding.id, 'open'));
    expect(await refusal(id)).toBe('1 finding that it changed was triaged since');
    await expect(undo(id)).rejects.toThrow(/triaged since/);
    expect(await team.open()).toHaveLength(2);
  });

  it('when it changed nothing, failed, or is too old', async () => {
    const first = await later(team.import([of('a')], { at: 0 }));
    const same = await later(team.import([of('a')], { at: 0 }));
    expect(await refusal(same.id)).toMatch(/changed nothing/);
    const broken = await later(team.importText('not a report'));
    expect(await refusal(broken.id)).toBe('the import failed before it changed anything');
    expect(await refusal(first.id)).toBeNull();
    const { changedFrom: _, ...former } = await app.scans.imports.get(team.actor, first.id);
    expect((await app.scans.undo.check(former)).reason).toMatch(/a release that did not record/);
    const large = { ...former, changedFrom: first.createdAt, isRecorded: false };
    expect((await app.scans.undo.check(large)).reason).toBe(
      'the import changed too much to be undone',
    );
    app.clock.moveDays(31);
    expect(await refusal(first.id)).toMatch(/no longer stored \(RETENTION_DAYS, import_changes\)/);
    app.clock.moveDays(-31);
  });
});

describe('over HTTP', () => {
  it('an import says whether it can be undone, and is undone', async () => {
    const own = new TestTeam(app, 'default');
    const { id } = await later(own.import([of('a')], { at: 0 }));
    const url = `/api/security-scans/imports/${id}`;
    const shown = ImportDetail.parse((await app.server.inject({ url })).json());
    expect(shown.undo).toEqual({ possible: true, reason: null });
    const done = await app.server.inject({ method: 'POST', url: `${url}/undo` });
    expect(done.statusCode).toBe(200);
    expect(ImportDetail.parse(done.json())).toMatchObject({
      status: 'undone',
      undo: { possible: false, reason: 'the import is already undone' },
    });
    const again = await app.server.inject({ method: 'POST', url: `${url}/undo` });
    expect([again.statusCode, again.json().detail]).toEqual([409, 'the import is already undone']);
    const unknown = '/api/security-scans/imports/imp_none/undo';
    expect((await app.server.inject({ method: 'POST', url: unknown })).statusCode).toBe(404);
  });
});

describe('a process that dies during an undo', () => {
  /** Dies between what it restores of results and of scopes, or before controls follow. */
  async function interrupted(importId: string, at: 'scopes' | 'controls'): Promise<void> {
    const dying =
      at === 'scopes'
        ? vi.spyOn(ScopesRepository.prototype, 'put').mockRejectedValueOnce(new Error('killed'))
        : vi.spyOn(app.platform.events, 'emit').mockRejectedValueOnce(new Error('killed'));
    try {
      await expect(undo(importId)).rejects.toThrow('killed');
    } finally {
      dying.mockRestore();
    }
  }

  it.each(['scopes', 'controls'] as const)(
    'before %s leaves the rest to any process',
    async (at) => {
      await later(team.import([of('a')], { at: 0 }));
      const before = [await team.findings(), await team.controlStates()];
      const { id } = await later(team.import([of('a', { status: 'PASS' }), of('b')], { at: 1 }));
      await interrupted(id, at);
      expect(await refusal(id)).toBe('the import is being undone');
      await app.scans.recovery.resume();
      expect([await team.findings(), await team.controlStates()]).toEqual(before);
      expect(await refusal(id)).toBe('the import is already undone');
    },
  );

  it('leaves the rest to the next import, which starts from what is restored', async () => {
    await later(team.import([of('a')], { at: 0 }));
    const { id } = await later(team.import([of('a'), of('b')], { at: 1 }));
    await interrupted(id, 'scopes');
    const next = await later(team.import([of('a'), of('c')], { at: 2 }));
    expect(next.findings).toMatchObject({ opened: 1, unchanged: 1, resolved: 0 });
    expect(await refusal(id)).toBe('the import is already undone');
    expect((await team.findings()).map(({ resourceUid }) => resourceUid).sort()).toEqual([
      'a',
      'c',
    ]);
  });
});
