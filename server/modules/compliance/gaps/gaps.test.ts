import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import type { ControlStatus } from '../../../../contract/compliance.js';
import { loadCatalogue } from '../../catalogue/common-controls/catalogue.js';
import { type PostureInputs, postureOf } from '../posture/posture.rules.js';
import { gapsOf } from './gaps.rules.js';
import { overlapOf } from './overlap.rules.js';

const catalogue = loadCatalogue();
const framework = (id: string) => {
  const found = catalogue.frameworks.get(id);
  if (!found) throw new Error(`no ${id}`);
  return found;
};
const soc2 = framework('soc2-tsc-2017');
const iso = framework('iso-27001-2022');
const csf = framework('nist-csf-2.0');

function inputs(statuses: Record<string, ControlStatus>, attested = false): PostureInputs {
  return { catalogue, statusOf: (id) => statuses[id], attested: () => attested };
}
const all = (status: ControlStatus) =>
  Object.fromEntries([...catalogue.controls.keys()].map((id) => [id, status]));
const gaps = (given: PostureInputs, of = soc2) => gapsOf(of, given, () => undefined);

describe('the gaps of a framework', () => {
  it('are all its requirements without evidence, and none when all are met', () => {
    expect(gaps(inputs({}))).toHaveLength(soc2.requirements.length);
    expect(gaps(inputs(all('implemented'), true))).toEqual([]);
  });

  it('without attestations are the requirements that need one; those without controls name no tool', () => {
    const open = gaps(inputs(all('implemented')));
    const needing = soc2.requirements.filter(({ attestation }) => attestation);
    expect(open.map(({ id }) => id).sort()).toEqual(needing.map(({ id }) => id).sort());
    for (const gap of open) {
      expect(gap.attestationMissing).toBe(true);
      expect(gap.controls).toEqual([]);
      expect(gap.why).toMatch(/attest/);
    }
    const bare = framework('eu-ai-act').requirements.find(({ controls }) => controls.length === 0);
    const gap = gaps(inputs({}), framework('eu-ai-act')).find(({ id }) => id === bare?.id);
    if (bare) expect(gap).toMatchObject({ judgedBy: 'people', attestationMissing: true });
  });

  it('list failing ones first and name the controls; their points add up to the missing score', () => {
    const given = inputs({ ...all('partial'), 'IAC-06': 'not_implemented' });
    const open = gaps(given);
    const failing = open.filter(({ status }) => status === 'failing');
    expect(failing.length).toBeGreaterThan(0);
    expect(open.slice(0, failing.length)).toEqual(failing);
    for (const { why } of failing) expect(why).toContain('IAC-06 is not implemented');
    const lacking = 100 - (postureOf(soc2, given).score ?? 0);
    expect(open.reduce((sum, { gain }) => sum + gain, 0)).toBeCloseTo(lacking, 0);
  });
});

const statuses = fc
  .array(
    fc.constantFrom('implemented', 'partial', 'not_implemented', 'not_applicable', 'not_assessed'),
    {
      minLength: catalogue.controls.size,
      maxLength: catalogue.controls.size,
    },
  )
  .map((list) =>
    Object.fromEntries([...catalogue.controls.keys()].map((id, i) => [id, list[i]])),
  ) as fc.Arbitrary<Record<string, ControlStatus>>;

describe('the coverage of one framework by another', () => {
  test('never exceeds the other’s own score, nor what its controls could reach', () => {
    fc.assert(
      fc.property(statuses, fc.boolean(), (given, attested) => {
        const known = inputs(given, attested);
        const { covered, reachable, met, contributed, total } = overlapOf(soc2, iso, known);
        const own = postureOf(iso, known);
        // Not applicable requirements are left out of both, so the shares have the same base.
        expect(covered).toBeLessThanOrEqual((own.score ?? 0) + 0.1);
        expect(covered).toBeLessThanOrEqual(reachable);
        expect(met).toBeLessThanOrEqual(own.requirements.satisfied);
        expect(met + contributed).toBeLessThanOrEqual(total);
      }),
      { numRuns: 40 },
    );
  });

  test('is zero without implemented controls, and grows with them', () => {
    const none = overlapOf(soc2, csf, inputs({}));
    expect(none).toMatchObject({ covered: 0, met: 0, contributed: 0, total: 106 });
    expect(none.sharedControls).toBeGreaterThan(10);
    const whole = overlapOf(soc2, csf, inputs(all('implemented')));
    expect(whole.covered).toBe(whole.reachable);
    expect(whole.reachable).toBe(none.reachable);
    expect(whole.covered).toBeGreaterThan(20);
  });

  test('never covers a requirement that only intersects or needs an attestation', () => {
    const { id, requirements } = iso;
    const loose = {
      ...iso,
      requirements: requirements.map((each) => ({
        ...each,
        controls: each.controls.map((edge) => ({ ...edge, relation: 'intersects' as const })),
      })),
    };
    expect(overlapOf(soc2, loose, inputs(all('implemented'), true)).met).toBe(0);
    const spoken = { ...iso, requirements: requirements.map((r) => ({ ...r, attestation: true })) };
    expect(overlapOf(soc2, spoken, inputs(all('implemented'), true))).toMatchObject({
      to: id,
      met: 0,
    });
  });
});
