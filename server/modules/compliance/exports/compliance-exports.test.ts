import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NotFoundError } from '../../../platform/errors.js';
import type { FileAnswer } from '../../../platform/http/file-answer.js';
import { ocsfReport } from '../../../testing/prowler-rows.js';
import { createTestCore, SCANS_TO_CONTROLS, type TestCore } from '../../../testing/test-core.js';
import { TestTeam } from '../../../testing/test-team.js';
import { uuidOf } from './uuid-v5.js';

let core: TestCore;
let team: TestTeam;

beforeAll(async () => {
  core = await createTestCore(SCANS_TO_CONTROLS);
  team = new TestTeam(core);
  await team.import([
    { check: 'kms_cmk_are_used', resource: 'key-a', status: 'FAIL' },
    { check: 'kms_cmk_are_used', resource: 'key-b', status: 'PASS' },
    { check: 'kms_cmk_are_used', resource: 'key-c', status: 'FAIL', muted: true },
    { check: 'kms_cmk_are_used', resource: 'key-d', status: 'MANUAL' },
    {
      check: 'unheard_of_check',
      resource: 'thing',
      status: 'PASS',
      observed: 'password=hunter2secret99 AKIAIOSFODNN7EXAMPLE',
    },
  ]);
});
afterAll(() => core.close());

async function textOf(file: FileAnswer): Promise<string> {
  let text = '';
  for await (const part of file.content) text += part;
  return text;
}
const exports = () => core.compliance.complianceExports;
// biome-ignore lint/suspicious/noExplicitAny: events as an external reader parses them
type Event = any;
async function events(query: object = {}): Promise<Event[]> {
  const text = await textOf(await exports().ocsf(team.actor, query));
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}

describe('OCSF compliance findings', () => {
  it('have the required fields of the class, one per result and control', async () => {
    const all = await events();
    expect(all.length).toBeGreaterThan(4);
    for (const event of all) {
      expect(event).toMatchObject({
        activity_id: 1,
        category_uid: 2,
        class_uid: 2003,
        type_uid: 200301,
        metadata: { version: '1.5.0', product: { vendor_name: expect.any(String) } },
        finding_info: { uid: expect.any(String), title: expect.any(String) },
        compliance: { status_id: expect.any(Number), control: expect.any(String) },
        resources: [{ uid: expect.any(String) }],
        cloud: { provider: 'aws', account: { uid: '111' } },
      });
      expect(event.compliance.standards.length).toBeGreaterThan(0);
      expect(Number.isInteger(event.time)).toBe(true);
      expect([1, 2, 3, 4, 5]).toContain(event.severity_id);
    }
    const uids = all.map(({ metadata }) => metadata.uid);
    expect(new Set(uids).size).toBe(uids.length);
  });

  it('report a pass only when it is proof', async () => {
    const of = async (resource: string, control: string) =>
      (await events()).find(
        ({ resources, compliance }) =>
          resources[0].uid === resource && compliance.control.startsWith(`${control} `),
      );
    expect((await of('key-a', 'CRY-09'))?.compliance.status_id).toBe(3);
    expect((await of('key-b', 'CRY-09'))?.compliance.status_id).toBe(1);
    expect((await of('key-d', 'CRY-09'))?.compliance.status_id).toBe(2);
    // It merely touches CRY-05, and for the unknown check only the domain is known.
    expect((await of('key-b', 'CRY-05'))?.compliance.status_id).toBe(2);
    expect((await of('thing', 'CFG-01'))?.compliance.status_id).toBe(2);
    const muted = await of('key-c', 'CRY-09');
    expect(muted).toMatchObject({ status: 'Suppressed', compliance: { status_id: 3 } });
  });

  it('report no pass from a truncated report, like the engine', async () => {
    const cut = new TestTeam(core);
    const rows = ['key-a', 'key-b'].map((resource) => {
      return { check: 'kms_cmk_are_used', resource, status: 'PASS' as const };
    });
    const text = ocsfReport(rows);
    const seen = async () => {
      const content = await textOf(await exports().ocsf(cut.actor, { controlId: 'CRY-09' }));
      const found: Event[] = content
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line));
      return found.map(({ compliance, status_id }) => ({ ...compliance, life: status_id }));
    };
    const of = (status: ('pass' | 'unknown')[]) =>
      exports().ocsf(cut.actor, { controlId: 'CRY-09', status });
    await cut.importCut(text, 0.8);
    const [first] = await seen();
    expect(first).toMatchObject({ status_id: 2, status: 'Warning', life: 1 });
    expect(first.status_details.join(' ')).toContain('cut off');
    expect(first.checks[0]).toMatchObject({ status: 'Pass' });
    expect(await textOf(await of(['pass']))).toBe('');
    expect((await textOf(await of(['unknown']))).trim().split('\n')).toHaveLength(1);
    const state = await core.compliance.controls.get(cut.actor, 'CRY-09');
    expect(state.status).toBe('not_assessed');
    // A complete report replaces it.
    await cut.import(rows);
    const after = await seen();
    expect(after.map(({ status_id }) => status_id)).toEqual([1, 1]);
    expect(after[0].status_details.join(' ')).not.toContain('cut off');
  });

  it('report no expired pass, and state what passes and what expired evidence took', async () => {
    const aged = new TestTeam(core);
    const row = { check: 'kms_cmk_are_used', resource: 'key', status: 'PASS' } as const;
    await aged.import([row], { at: core.clock.now().toISOString() });
    const query = { controlId: 'CRY-09', framework: 'nist-800-53-r5' };
    const read = async () => {
      const text = await textOf(await exports().ocsf(aged.actor, query));
      return JSON.parse(text.trim()) as Event;
    };
    const fresh = await read();
    expect(fresh.compliance).toMatchObject({ status: 'Pass' });
    expect(fresh.unmapped).toMatchObject({
      control: { passing: 100, expired_passes: 0, implemented_until: null },
      frameworks: [{ id: 'nist-800-53-r5', passing: 100, expired_points: 0 }],
      requirement_page: '/frameworks/{framework}/requirements/{requirement}',
    });
    core.clock.moveDays(100);
    await core.compliance.engine.catchUp(aged.actor);
    const old = await read();
    core.clock.moveDays(-100);
    expect(old.compliance).toMatchObject({ status: 'Warning' });
    const until = old.unmapped.control.implemented_until;
    expect(until).toMatch(/^\d{4}-\d\d-\d\d$/);
    expect(old.compliance.status_details.join(' ')).toContain(`it counted until ${until}.`);
    expect(old.unmapped.control).toMatchObject({ passing: 100, expired_passes: 1 });
    expect(old.unmapped.frameworks[0].expired_points).toBeGreaterThan(0);
    expect(old.unmapped.frameworks[0].score).toBeLessThan(fresh.unmapped.frameworks[0].score);
  });

  it('contain no secrets, and do not depend on the time of writing', async () => {
    const first = await textOf(await exports().ocsf(team.actor, {}));
    expect(first).not.toContain('hunter2secret99');
    expect(first).not.toContain('AKIAIOSFODNN7EXAMPLE');
    core.clock.moveDays(0.1);
    expect(await textOf(await exports().ocsf(team.actor, {}))).toBe(first);
  });

  it('can be filtered by status, control and framework', async () => {
    const fails = await events({ status: ['fail'] });
    expect(new Set(fails.map(({ compliance }) => compliance.status_id))).toEqual(new Set([3]));
    const soc = await events({ framework: 'soc2-tsc-2017', controlId: 'CRY-09' });
    expect(soc.length).toBe(4);
    for (const { compliance } of soc) {
      expect(compliance.requirements.every((id: string) => id.startsWith('soc2-'))).toBe(true);
    }
    for (const query of [{ framework: 'nope' }, { controlId: 'XYZ-99' }]) {
      await expect(exports().ocsf(team.actor, query)).rejects.toThrow(NotFoundError);
    }
  });
});

describe('the OSCAL mapping collection', () => {
  const read = async (query = {}) =>
    JSON.parse(await textOf(await exports().mappingCollection(team.actor, query)))[
      'mapping-collection'
    ];
  const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
  const RELATIONS = ['equivalent-to', 'superset-of', 'subset-of', 'intersects-with'];

  it('has the required fields of the model', async () => {
    const { uuid, metadata, provenance, mappings, ...rest } = await read();
    expect(uuid).toMatch(UUID);
    expect(metadata).toMatchObject({
      title: expect.any(String),
      version: expect.any(String),
      'oscal-version': '1.2.0',
    });
    expect(metadata['last-modified']).toMatch(/^\d{4}-\d\d-\d\dT00:00:00Z$/);
    expect(['human', 'automation', 'hybrid']).toContain(provenance.method);
    expect(provenance['mapping-description']).toBeTruthy();
    expect(provenance['matching-rationale']).toBe('semantic');
    const party = provenance['responsible-parties'][0];
    expect(metadata.parties.map((each: { uuid: string }) => each.uuid)).toContain(
      party['party-uuids'][0],
    );
    expect(metadata.roles.map(({ id }: { id: string }) => id)).toContain(party['role-id']);
    const resources = new Set(
      rest['back-matter'].resources.map((each: { uuid: string }) => `#${each.uuid}`),
    );
    const uuids = new Set<string>();
    for (const mapping of mappings) {
      expect(resources).toContain(mapping['source-resource'].href);
      expect(resources).toContain(mapping['target-resource'].href);
      for (const { uuid: own, relationship, sources, targets } of mapping.maps) {
        expect(own).toMatch(UUID);
        uuids.add(own);
        expect(RELATIONS).toContain(relationship);
        expect([sources.length, targets.length]).toEqual([1, 1]);
        expect(core.catalogue.shipped.controls.has(sources[0]['id-ref'])).toBe(true);
        expect(sources[0].type).toBe('control');
      }
      const coverage = mapping.coverage['target-coverage'];
      expect(coverage === 1).toBe(mapping['target-gap-summary'] === undefined);
    }
    const maps = mappings.flatMap((each: { maps: object[] }) => each.maps).length;
    expect(uuids.size).toBe(maps);
  });

  it('contains every edge in the right direction, and each requirement without one', async () => {
    const { mappings } = await read({ framework: 'soc2-tsc-2017' });
    const framework = core.catalogue.shipped.frameworks.get('soc2-tsc-2017');
    const [mapping] = mappings;
    const edges = mapping.maps.map(
      (each: { relationship: string; sources: object[]; targets: object[] }) =>
        [each.sources[0], each.relationship, each.targets[0]] as never,
    );
    const control = (id: string) => ({ type: 'control', 'id-ref': id });
    const turned = {
      ...{ equal: 'equivalent-to', subset: 'superset-of' },
      ...{ superset: 'subset-of', intersects: 'intersects-with' },
    };
    expect(edges).toEqual(
      framework?.requirements.flatMap(({ id, controls }) =>
        controls.map(({ controlId, relation }) => [
          control(controlId),
          turned[relation],
          control(id),
        ]),
      ),
    );
    const without = framework?.requirements.filter(({ controls }) => controls.length === 0) ?? [];
    expect(mapping['target-gap-summary']?.['unmapped-controls'][0]['with-ids'] ?? []).toEqual(
      without.map(({ id }) => id),
    );
  });

  it('does not depend on the time of writing, and contains no other framework', async () => {
    const one = await textOf(await exports().mappingCollection(team.actor, {}));
    core.clock.moveDays(1);
    expect(await textOf(await exports().mappingCollection(team.actor, {}))).toBe(one);
    const nope = exports().mappingCollection(team.actor, { framework: 'nope' });
    await expect(nope).rejects.toThrow(NotFoundError);
  });
});

it('names content by its parts, not by their concatenation', () => {
  expect(uuidOf('a', 'b')).toBe(uuidOf('a', 'b'));
  expect(uuidOf('a', 'b')).not.toBe(uuidOf('ab'));
  expect(uuidOf('a')).toMatch(/^[0-9a-f-]{36}$/);
});
