import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, beforeEach, describe, expect, it, test } from 'vitest';
import { MADE_CONTROLS, type MadeControl, scfWorkbook } from '../../../testing/scf-workbook.js';
import { createTestCore, SCANS_TO_CONTROLS, type TestCore } from '../../../testing/test-core.js';
import { TestTeam } from '../../../testing/test-team.js';
import { AttestationsRepository } from './attestations.repository.js';

let core: TestCore;
let team: TestTeam;
let folder: string;
beforeAll(async () => {
  core = await createTestCore(SCANS_TO_CONTROLS);
  folder = await mkdtemp(join(tmpdir(), 'cspm-attested-'));
});
beforeEach(async () => {
  team = new TestTeam(core);
  const { teamId: id } = team.actor;
  await core.platform.teams.ensure({ id, name: id, createdAt: '2026-01-01T00:00:00.000Z' });
});
afterAll(async () => {
  await core.close();
  await rm(folder, { recursive: true, force: true });
});

const statement = 'the board signed the policy';
const expiresAt = '2026-10-01T00:00:00.000Z';
const attest = (framework: string, id: string) =>
  core.compliance.attestations.attest(team.actor, framework, id, { statement, expiresAt });
const requirement = async (framework: string, id: string) => {
  const found = await core.compliance.posture.framework(team.actor, framework);
  const state = found.requirementStates.find((one) => one.id === id);
  if (!state) throw new Error(`no requirement ${id}`);
  return { ...state, score: found.score };
};

describe('an attestation of a framework that is imported again', () => {
  const OWN = 'acme-1';
  const bring = (policy: string, others = '') => {
    const text = `id: ${OWN}\nname: Acme rules\nversion: 1\nrequirements:\n  - ${policy}\n${others}`;
    const file = { fileName: 'own.yaml', stream: Readable.from([text]) };
    return core.catalogue.customFrameworks.import(team.actor, file, {});
  };
  const BEFORE = '{ id: P1, title: A policy is written }';
  const WITH = '{ id: P1, title: A policy is written, attestation: true, controls: ';

  it.each([
    ['title', BEFORE, '{ id: P1, title: A policy is read by everybody }'],
    [
      'controls',
      `${WITH}{ IAC-06: superset } }`,
      `${WITH}{ IAC-06: superset, GOV-02: superset } }`,
    ],
    ['relation', `${WITH}{ IAC-06: superset } }`, `${WITH}{ IAC-06: intersects } }`],
  ])(
    'stops counting with another %s, stays visible, and counts with the old one',
    async (_, old, other) => {
      await bring(old);
      await attest(OWN, 'P1');
      const before = await requirement(OWN, 'P1');
      expect(before).toMatchObject({ attestation: { statement }, outdatedAttestation: null });
      await bring(other);
      const changed = await requirement(OWN, 'P1');
      expect(changed).toMatchObject({ attestation: null, outdatedAttestation: { statement } });
      expect(changed.coverage).toBeLessThan(before.coverage);
      expect(changed.score ?? 0).toBeLessThan(before.score ?? 0);
      const gaps = await core.compliance.gaps.of(team.actor, OWN);
      expect(gaps.gaps[0]).toMatchObject({ id: 'P1', attestationMissing: true });
      await bring(old);
      expect(await requirement(OWN, 'P1')).toEqual(before);
    },
  );

  it('does not count in recorded history either', async () => {
    await bring(BEFORE);
    await attest(OWN, 'P1');
    const recorded = async () =>
      (await core.compliance.history.postureAt(team.actor)).frameworks.find(
        ({ frameworkId }) => frameworkId === OWN,
      )?.score;
    expect(await recorded()).toBe(100);
    core.clock.moveDays(0.01);
    await bring('{ id: P1, title: A policy is read by everybody }');
    expect(await recorded()).toBe(0);
  });

  it('still counts when only other requirements and the order of controls change', async () => {
    await bring(`${WITH}{ IAC-06: superset, GOV-02: superset } }`);
    await attest(OWN, 'P1');
    const more = '  - { id: P2, title: More }\n';
    await bring(`${WITH}{ GOV-02: superset, IAC-06: superset } }`, more);
    expect((await requirement(OWN, 'P1')).attestation).toMatchObject({ statement });
  });

  it('can be given again, and withdrawn while it does not count', async () => {
    await bring(BEFORE);
    await attest(OWN, 'P1');
    await bring('{ id: P1, title: A policy is read by everybody }');
    expect(await attest(OWN, 'P1')).toMatchObject({
      attestation: { statement },
      outdatedAttestation: null,
    });
    await bring(BEFORE);
    const { outdatedAttestation } = await core.compliance.attestations.withdraw(
      team.actor,
      OWN,
      'P1',
    );
    expect(outdatedAttestation).toBeNull();
  });
});

test('an attestation of an SCF framework stops counting with a release that names other controls', async () => {
  const HARBOUR = 'scf:general-harbour-code-2';
  let releases = 0;
  const bring = async (release: string, controls: readonly MadeControl[]) => {
    releases += 1;
    const path = join(folder, `${releases}.xlsx`);
    await writeFile(path, await scfWorkbook({ release, controls }));
    const { scf } = core.catalogue;
    const { release: staged } = await scf.imports.stage(team.actor, { path });
    await scf.imports.import(team.actor, staged.id, { force: true });
  };
  const counts = async (id: string) => (await requirement(HARBOUR, id)).attestation !== null;
  const [first, second, ...rest] = MADE_CONTROLS;
  await bring('2026.1', MADE_CONTROLS);
  await core.catalogue.scf.frameworks.choose(team.actor, HARBOUR, true);
  for (const id of ['5.9', '5.12']) await attest(HARBOUR, id);
  await bring('2026.2', [
    { ...first, id: 'IAC-06' },
    { ...second, id: 'AST-77', ids: { Harbour: '5.9\n5.12' } },
    ...rest,
  ]);
  expect([await counts('5.9'), await counts('5.12')]).toEqual([false, true]);
  expect((await requirement(HARBOUR, '5.9')).outdatedAttestation).toMatchObject({ statement });
  await bring('2026.1', MADE_CONTROLS);
  expect([await counts('5.9'), await counts('5.12')]).toEqual([true, true]);
});

test('a stored attestation without a hash of its requirement does not count', async () => {
  const framework = [...core.catalogue.shipped.frameworks.values()][0];
  const requirementToAttest = framework?.requirements.find(({ attestation }) => attestation);
  if (!framework || !requirementToAttest) throw new Error('nothing to attest in the catalogue');
  const before = await requirement(framework.id, requirementToAttest.id);
  await core.platform.repositories.create(AttestationsRepository).put(team.actor, {
    ...{ frameworkId: framework.id, requirementId: requirementToAttest.id, statement, expiresAt },
    ...{ actor: 'somebody', at: '2026-02-01T00:00:00.000Z' },
  });
  const after = await requirement(framework.id, requirementToAttest.id);
  expect(after).toMatchObject({ attestation: null, outdatedAttestation: { statement } });
  expect(after.coverage).toBe(before.coverage);
});
