import { Readable } from 'node:stream';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ConflictError, InvalidInputError, NotFoundError } from '../../../platform/errors.js';
import type { RowSpec } from '../../../testing/prowler-rows.js';
import { createTestCore, type TestCore } from '../../../testing/test-core.js';
import { TestTeam } from '../../../testing/test-team.js';
import { loadMapping } from '../../mapping/matching/curated-mapping.js';
import { TeamMatchers } from '../../mapping/matching/team-matchers.js';
import { DEFAULT_FRAMEWORKS } from './framework-activation.rules.js';

let core: TestCore;
let team: TestTeam;
beforeAll(async () => {
  core = await createTestCore();
});
beforeEach(() => {
  team = new TestTeam(core);
});
afterAll(() => core.close());

const file = (text: string, fileName = 'own.yaml') => ({ fileName, stream: Readable.from([text]) });
const frameworkText = (requirements: string) =>
  `id: acme-1\nname: Acme rules\nversion: 1\nrequirements:\n${requirements}`;
const TWO =
  '  - { id: A1, title: Second factor, controls: { IAC-06: subset } }\n  - { id: A2, title: A policy }\n';
const CONTROL =
  'controls:\n  - { id: ACME-01, domain: IAC, title: Badges, intent: Badges are returned, keywords: [zorkbadge] }\n';

const importFramework = (text = frameworkText(TWO), one = team) =>
  core.catalogue.customFrameworks.import(one.actor, file(text), {});
const importControls = (text = CONTROL) =>
  core.catalogue.customControls.import(team.actor, file(text));
const active = async (one = team) =>
  (await core.compliance.posture.frameworks(one.actor)).map(({ id }) => id);
const version = async (one = team) => (await core.catalogue.catalogues.of(one.actor)).version;
const actions = async (about: string) =>
  (await core.platform.audit.about(team.actor, about)).map(({ action }) => action).sort();

describe('the frameworks of a team', () => {
  it('are the default ones until the team chooses', async () => {
    expect(new Set(await active())).toEqual(DEFAULT_FRAMEWORKS);
    const available = await core.catalogue.activation.available(team.actor);
    expect(available).toHaveLength(core.catalogue.shipped.frameworks.size);
    for (const { id, active: isActive, origin, source, requirements } of available) {
      expect(isActive).toBe(DEFAULT_FRAMEWORKS.has(id));
      expect(origin).toBe('shipped');
      expect(source?.count).toBe(requirements);
    }
  });

  it('are activated and deactivated with audit entries, without a change of the library', async () => {
    const before = await version();
    const { activation } = core.catalogue;
    await activation.choose(team.actor, 'dora', { active: true, targetScore: 85 });
    await activation.choose(team.actor, 'nist-csf-2.0', { active: false });
    await activation.choose(team.actor, 'dora', { targetScore: 90 });
    expect(await active()).toContain('dora');
    expect(await active()).not.toContain('nist-csf-2.0');
    expect(await version()).toBe(before);
    expect(await activation.targets(team.actor)).toContainEqual({
      frameworkId: 'dora',
      targetScore: 90,
    });
    expect(await actions('dora')).toEqual(['framework.activated', 'framework.target_set']);
    expect(await active(new TestTeam(core))).not.toContain('dora');
    await expect(activation.choose(team.actor, 'none', { active: true })).rejects.toThrow(
      NotFoundError,
    );
  });

  it('keep concurrent choices', async () => {
    const ids = ['dora', 'gdpr', 'nis2', 'eu-ai-act', 'csa-ccm-4.1'];
    await Promise.all(
      ids.map((id) => core.catalogue.activation.choose(team.actor, id, { active: true })),
    );
    expect(await active()).toEqual(expect.arrayContaining(ids));
  });

  it('may be empty', async () => {
    for (const id of DEFAULT_FRAMEWORKS) {
      await core.catalogue.activation.choose(team.actor, id, { active: false });
    }
    expect(await active()).toEqual([]);
    const overview = await core.compliance.posture.overview(team.actor);
    expect(overview.topFixes).toEqual([]);
    // An inactive framework can still be viewed.
    expect((await core.compliance.posture.framework(team.actor, 'dora')).id).toBe('dora');
  });

  it('keep their attestations while they are not active', async () => {
    const { activation } = core.catalogue;
    const { attestations, posture } = core.compliance;
    await importFramework();
    const statement = 'the board signed it';
    const expiresAt = new Date(core.clock.now().getTime() + 86_400_000).toISOString();
    await attestations.attest(team.actor, 'acme-1', 'A2', { statement, expiresAt });
    const given = async () =>
      (await posture.framework(team.actor, 'acme-1')).requirementStates[1]?.attestation?.statement;
    await activation.choose(team.actor, 'acme-1', { active: false });
    await activation.choose(team.actor, 'acme-1', { active: true });
    expect(await given()).toBe(statement);
    await core.catalogue.customFrameworks.remove(team.actor, 'acme-1', 'acme-1');
    await importFramework();
    expect(await given()).toBe(statement);
  });
});

describe('a custom framework', () => {
  it('is previewed, stored, active, scored, and invisible to other teams', async () => {
    const before = await version();
    const preview = await core.catalogue.customFrameworks.preview(
      team.actor,
      file(frameworkText(TWO)),
      { name: 'Named by us' },
    );
    expect(preview).toMatchObject({
      framework: { id: 'acme-1', name: 'Named by us', requirements: 2, attestations: 1 },
      isNew: true,
      problems: [],
      added: [{ id: 'A1' }, { id: 'A2' }],
    });
    expect(await version()).toBe(before);
    expect(await importFramework()).toMatchObject({ origin: 'custom', active: true, controls: 1 });
    expect(await version()).not.toBe(before);
    await core.compliance.controls.decide(team.actor, 'IAC-06', {
      kind: 'override',
      status: 'implemented',
      justification: 'done elsewhere',
    });
    const { requirementStates, score } = await core.compliance.posture.framework(
      team.actor,
      'acme-1',
    );
    // A requirement without controls is never met without an attestation.
    expect(requirementStates.map(({ status }) => status)).toEqual(['satisfied', 'not_assessed']);
    expect(score).toBeLessThan(100);
    const other = new TestTeam(core);
    expect(await active(other)).not.toContain('acme-1');
    await expect(core.compliance.posture.framework(other.actor, 'acme-1')).rejects.toThrow(
      NotFoundError,
    );
  });

  it('is updated by a file with its id, with a preview of the changes', async () => {
    await importFramework();
    const next = frameworkText(
      '  - { id: A1, title: Two factors, controls: { IAC-06: equal } }\n  - { id: A3, title: New }\n',
    );
    const { customFrameworks } = core.catalogue;
    expect(await customFrameworks.preview(team.actor, file(next), {})).toMatchObject({
      isNew: false,
      added: [{ id: 'A3' }],
      changed: [{ id: 'A1', what: ['title', 'controls'] }],
      removed: [{ id: 'A2' }],
      unchanged: 0,
    });
    await core.catalogue.activation.choose(team.actor, 'acme-1', { active: false });
    expect((await importFramework(next)).active).toBe(false);
    const again = await customFrameworks.preview(team.actor, file(next), {});
    expect(again).toMatchObject({ unchanged: 2, added: [], changed: [], removed: [] });
    const { text } = await customFrameworks.export(team.actor, 'acme-1', 'yaml');
    expect((await customFrameworks.preview(team.actor, file(text), {})).unchanged).toBe(2);
  });

  it('may have ids such as constructor', async () => {
    const text = frameworkText(
      '  - { id: __proto__, title: One }\n  - { id: constructor, title: Two, controls: { IAC-06: subset } }\n',
    );
    await importFramework(text.replace('acme-1', 'constructor'));
    const mine = (await core.compliance.posture.frameworks(team.actor)).map(({ id }) => id);
    expect(mine).toContain('constructor');
    const row = { check: 'iam_user_mfa_enabled_console_access', resource: 'u', status: 'PASS' };
    await team.import([row as RowSpec]);
    expect((await team.control('IAC-06')).status).toBe('implemented');
    const { activation } = core.catalogue;
    const { history } = core.compliance;
    const past = async () => (await history.postureAt(team.actor)).frameworks;
    const named = expect.objectContaining({ frameworkId: 'constructor' });
    expect(await past()).toContainEqual(named);
    await activation.choose(team.actor, 'constructor', { active: false });
    expect(await past()).not.toContainEqual(named);
    expect(await active()).not.toContain('constructor');
  });

  it('is stored completely or not at all', async () => {
    await importFramework();
    const before = await version();
    const wrong = frameworkText(`${TWO}  - { id: A9, title: t, controls: [XXX-99] }\n`);
    await expect(importFramework(wrong)).rejects.toThrow(
      /A9\), controls: there is no control XXX-99/,
    );
    await expect(importFramework('nothing')).rejects.toThrow(InvalidInputError);
    expect(await version()).toBe(before);
  });

  it('cannot replace a shipped framework; shipped frameworks cannot be removed', async () => {
    const taken = frameworkText(TWO).replace('acme-1', 'dora');
    await expect(importFramework(taken)).rejects.toThrow(
      /dora is a framework of the library already/,
    );
    const { customFrameworks } = core.catalogue;
    await expect(customFrameworks.remove(team.actor, 'dora', 'dora')).rejects.toThrow(
      ConflictError,
    );
    await expect(customFrameworks.export(team.actor, 'dora', 'csv')).rejects.toThrow(ConflictError);
    await importFramework();
    await expect(customFrameworks.remove(team.actor, 'acme-1', 'acme')).rejects.toThrow(
      /confirm: must be the id/,
    );
    const other = new TestTeam(core);
    await expect(customFrameworks.remove(other.actor, 'acme-1', 'acme-1')).rejects.toThrow(
      NotFoundError,
    );
    await customFrameworks.remove(team.actor, 'acme-1', 'acme-1');
    expect(await active()).not.toContain('acme-1');
    expect(await actions('acme-1')).toEqual(['framework.imported', 'framework.removed']);
  });
});

describe('custom controls', () => {
  it('are in the library with a state, may serve custom frameworks, and are invisible to other teams', async () => {
    const before = await version();
    expect(await importControls()).toMatchObject({ added: [{ id: 'ACME-01' }], changed: [] });
    expect(await version()).not.toBe(before);
    expect(await team.control('ACME-01')).toMatchObject({ status: 'not_assessed', domain: 'IAC' });
    await importFramework(
      frameworkText('  - { id: A1, title: Badges, controls: { ACME-01: equal } }\n'),
    );
    expect((await team.control('ACME-01')).requirements).toHaveLength(1);
    const { customControls, activation } = core.catalogue;
    // Even an inactive framework prevents the removal of the control.
    await activation.choose(team.actor, 'acme-1', { active: false });
    const usedBy = [{ framework: 'acme-1', frameworkName: 'Acme rules', requirement: 'A1' }];
    expect(await customControls.list(team.actor)).toMatchObject([
      { id: 'ACME-01', domain: 'IAC', status: 'not_assessed', usedBy, usedByTotal: 1 },
    ]);
    expect(await customControls.list(new TestTeam(core).actor)).toEqual([]);
    await expect(customControls.remove(team.actor, 'ACME-01')).rejects.toThrow(/acme-1/);
    await core.catalogue.customFrameworks.remove(team.actor, 'acme-1', 'acme-1');
    await customControls.remove(team.actor, 'ACME-01');
    expect(await customControls.list(team.actor)).toEqual([]);
    await expect(team.control('ACME-01')).rejects.toThrow(NotFoundError);
    expect(await version()).toBe(before);
    await expect(customControls.remove(team.actor, 'IAC-06')).rejects.toThrow(ConflictError);
    await expect(new TestTeam(core).control('ACME-01')).rejects.toThrow(NotFoundError);
  });

  it('are found by text in this team only, in the tier that makes nothing pass', async () => {
    await importControls();
    const { shipped: catalogue, catalogues } = core.catalogue;
    const hasControl = (controlId: string) => catalogue.controls.has(controlId);
    const matchers = new TeamMatchers(catalogue, loadMapping(hasControl));
    const words = 'The zorkbadge of a leaver is returned';
    const check = {
      ...{ id: 'house-check', tool: 'house', provider: 'house', title: words, description: words },
      ...{ risk: '', service: '', resourceType: '', categories: [], remediation: '' },
      ...{ remediationUrl: null, statedRequirements: {} },
    };
    const found = async (one: TestTeam) =>
      matchers
        .for(await catalogues.all(one.actor))
        .match(check)
        .filter(({ controlId }) => controlId === 'ACME-01')
        .map(({ reason }) => reason.tier);
    expect(await found(team)).toEqual([3]);
    expect(await found(new TestTeam(core))).toEqual([]);
  });

  it('are merged by id, and read back from an export', async () => {
    const library = async () => core.catalogue.catalogues.all(team.actor);
    expect((await library()).controls.has('ACME-01')).toBe(false);
    await importControls();
    await importControls(CONTROL.replaceAll('ACME-01', 'ACME-02').replace('zorkbadge', 'other'));
    expect([...(await library()).controls.keys()]).toEqual(
      expect.arrayContaining(['ACME-01', 'ACME-02', 'IAC-06']),
    );
    for (const format of ['csv', 'yaml', 'json'] as const) {
      const { text, fileName } = await core.catalogue.customControls.export(team.actor, format);
      const preview = await core.catalogue.customControls.preview(team.actor, file(text, fileName));
      expect(preview).toEqual({ problems: [], notRead: [], added: [], changed: [], unchanged: 2 });
    }
  });
});
