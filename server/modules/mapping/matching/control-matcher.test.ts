import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadCatalogue } from '../../catalogue/common-controls/catalogue.js';
import { type ControlMatch, ControlMatcher, type MatchableCheck } from './control-matcher.js';
import { KeywordIndex } from './keyword-index.js';
import { TEXT } from './text-matches.js';

const catalogue = loadCatalogue();
const matcher = new ControlMatcher(catalogue);
const index = new KeywordIndex(catalogue);

function check(part: Partial<MatchableCheck>): MatchableCheck {
  return {
    id: 'some_check',
    title: '',
    description: '',
    risk: '',
    remediation: '',
    remediationUrl: null,
    service: '',
    resourceType: '',
    categories: [],
    statedRequirements: {},
    provider: 'aws',
    tool: 'prowler',
    ...part,
  };
}

/** `2 CRY-09.1` for every match, best first. */
function controls(matches: readonly ControlMatch[]): string[] {
  return matches.map(({ controlId, reason }) => `${reason.tier} ${controlId}`);
}

const rotation = check({
  title: 'Customer managed KMS key has automatic rotation enabled',
  service: 'kms',
  statedRequirements: {
    'NIST-800-53-Revision-5': ['sc_12', 'cm_6_a'],
    'PCI-4.0': ['3.7.4.1'],
    'ISO27001-2022': ['A.8.24'],
    SOC2: ['cc_6_1'],
    'CIS-3.0': ['3.6'],
  },
});

describe('a curated rule', () => {
  const known = { ...rotation, id: 'kms_cmk_rotation_enabled' };

  it('comes before everything else, with the topic and the reason', () => {
    const [best, ...more] = matcher.match(known);
    expect(best).toMatchObject({
      controlId: 'CRY-09.1',
      reason: { tier: 1, relation: 'subset', edges: [], tokens: [] },
    });
    expect(best?.reason.rule).toBe('prowler/aws-keys.yaml: kms_cmk_rotation_enabled');
    expect(best?.reason.text).toMatch(/^It tests whether encryption keys .*: replacing keys/);
    expect(new Set(more.map(({ reason }) => reason.tier))).toEqual(new Set([1]));
    expect(controls(matcher.match({ ...known, id: 'other' }))[0]).toMatch(/^2 /);
  });

  it('is combined with accepted matches; rejected ones are removed', () => {
    const team = [
      { controlId: 'NET-01', verdict: 'accepted' },
      { controlId: 'CRY-09.1', verdict: 'rejected' },
      { controlId: 'GONE-99', verdict: 'accepted' },
    ] as const;
    const ids = matcher.match(known, { team }).map(({ controlId }) => controlId);
    expect(ids).toContain('NET-01');
    expect(ids).toContain('CRY-09');
    expect(ids).not.toContain('CRY-09.1');
    expect(ids).not.toContain('GONE-99');
    const [first] = matcher.match({ ...rotation, id: 'other' }, { team });
    expect(first).toMatchObject({ controlId: 'NET-01', reason: { tier: 1 } });
  });

  it('is left out when only other tiers are requested', () => {
    const tiersOf = (...tiers: (1 | 2 | 3 | 4)[]) => [
      ...new Set(matcher.match(known, { tiers: new Set(tiers) }).map(({ reason }) => reason.tier)),
    ];
    expect(tiersOf(2, 3, 4)).toEqual([2]);
    expect(tiersOf(3)).toEqual([3]);
    expect(tiersOf(4)).toEqual([4]);
    expect(tiersOf(1)).toEqual([1]);
  });
});

describe('stated requirements', () => {
  it('lead to the controls that the text supports', () => {
    const [best, ...more] = matcher.match(rotation);
    expect(best?.controlId).toBe('CRY-09.1');
    expect(best?.reason.tier).toBe(2);
    expect(best?.reason.edges.map(({ requirement }) => requirement)).toContain('3.7.4');
    expect(best?.reason.tokens.length).toBeGreaterThan(0);
    expect(best?.reason.text).toContain('“');
    expect(more.length).toBeLessThan(6);
  });

  it('never spread over everything that a broad requirement is linked to', () => {
    const broad = check({
      title: 'Bucket is encrypted at rest',
      service: 's3',
      statedRequirements: { SOC2: ['cc_6_1'], 'NIST-CSF-2.0': ['PR.DS-01'] },
    });
    const linked = catalogue.requirement('soc2-tsc-2017', 'CC6.1')?.controls ?? [];
    const taken = matcher.match(broad).map(({ controlId }) => controlId);
    expect(taken).toContain('CRY-05');
    const unrelated = linked.filter(({ controlId }) => !controlId.startsWith('CRY-'));
    expect(unrelated.filter(({ controlId }) => taken.includes(controlId))).toEqual([]);
  });

  it('need two frameworks and the service when the text does not help', () => {
    const silent = check({
      title: 'Gizmo is set',
      service: 'iam',
      statedRequirements: {
        'NIST-800-53-Revision-5': ['ia_2_1'],
        'NIST-CSF-2.0': ['PR.AA-03'],
        'PCI-4.0': ['8.4.1', '8.4.2'],
      },
    });
    const taken = matcher.match(silent);
    expect(taken.length).toBeLessThanOrEqual(3);
    expect(controls(taken)[0]).toBe('2 IAC-06.1');
    expect(taken[0]?.reason.text).toContain('belongs to its domain');
    const elsewhere = matcher.match({ ...silent, service: 'gadget' });
    expect(elsewhere[0]?.reason.tier).toBe(4);
    const once = { ...silent, statedRequirements: { 'PCI-4.0': ['8.4.1', '8.4.2'] } };
    expect(matcher.match(once)[0]?.reason.tier).toBe(4);
  });

  it('are confident between 0.6 and 0.9', () => {
    for (const { reason } of matcher.match(rotation)) {
      expect(reason.confidence).toBeGreaterThanOrEqual(0.6);
      expect(reason.confidence).toBeLessThanOrEqual(0.9);
    }
  });
});

describe('text', () => {
  it('finds the control when no useful requirement is stated', () => {
    const title = 'Key rotation is enabled for the KMS key';
    const unmapped = { title, statedRequirements: { 'CIS-3.0': ['3.6'] } };
    const matches = matcher.match({ ...rotation, ...unmapped });
    expect(controls(matches)[0]).toBe('3 CRY-09.1');
    expect(matches.length).toBeLessThanOrEqual(TEXT.max);
    for (const { reason } of matches) {
      expect(reason.confidence).toBeGreaterThanOrEqual(0.05);
      expect(reason.confidence).toBeLessThanOrEqual(0.9);
      expect(reason.edges).toEqual([]);
    }
  });

  it.each([
    ['Database has point-in-time recovery enabled', 'BCD-12.1'],
    ['Instance runs in Multi-AZ mode', 'BCD-12.2'],
    ['Listener accepts TLS 1.2 or newer only', 'CRY-03'],
    ['Security group allows ingress from 0.0.0.0/0', 'NET-04.1'],
    ['Root account has MFA enabled', 'IAC-06.1'],
    ['GuardDuty detector is enabled', 'MON-01.1'],
    ['Pod does not contain a privileged container', 'IAC-21.7'],
  ])('%s is about %s', (title, controlId) => {
    expect(index.search(check({ title }))[0]?.controlId).toBe(controlId);
  });

  it('excludes controls by their negative words', () => {
    const plain = index.search(check({ title: 'Key management: keys are in a key vault' }));
    expect(plain.some(({ controlId }) => controlId === 'CRY-09')).toBe(true);
    const api = index.search(check({ title: 'Key management: the API key is in a key vault' }));
    expect(api.some(({ controlId }) => controlId === 'CRY-09')).toBe(false);
    const risk = check({ title: 'Keys are in a key vault', risk: 'An api key could leak' });
    expect(index.search(risk).some(({ controlId }) => controlId === 'CRY-09')).toBe(true);
  });

  it('respects the bounds of words', () => {
    const text = check({ title: 'Records associated with disaster are listed' });
    const keywords = index.search(text).flatMap(({ tokens }) => tokens.map((each) => each.keyword));
    expect(keywords).not.toContain('sso');
    expect(keywords).not.toContain('sast');
  });

  it('weighs the title above the description, and that above the risk', () => {
    const score = (field: 'title' | 'description' | 'risk') =>
      index.search(check({ [field]: 'secret rotation' }))[0]?.score ?? 0;
    expect(score('title')).toBeGreaterThan(score('description'));
    expect(score('description')).toBeGreaterThan(score('risk'));
  });
});

describe('the domain', () => {
  it('is that of the service, and the words choose among several', () => {
    const [only, ...more] = matcher.match(check({ title: 'Gizmo is set', service: 'waf' }));
    expect(more).toEqual([]);
    expect(only).toMatchObject({ controlId: 'WEB-01', reason: { tier: 4, confidence: 0.2 } });
  });

  it('is that of the words when the service is unknown', () => {
    const text = check({ title: 'The landing zone of gizmo', service: 'gizmo' });
    expect(controls(matcher.match(text))[0]).toMatch(/^[34] CLD-/);
  });

  it('is configuration when nothing else fits, so that no check is lost', () => {
    const [only] = matcher.match(check({ title: 'Zzz' }));
    expect(only).toMatchObject({ controlId: 'CFG-01', reason: { tier: 4, confidence: 0.15 } });
  });
});

describe('matching', () => {
  const frameworks = ['NIST-800-53-Revision-5', 'SOC2', 'PCI-4.0', 'HIPAA', 'Nothing-1.0'];
  const ids = ['ac_2', 'sc_28', 'cc_6_1', 'cc_7_2', '8.3.6.1', '3.5.1', '164_312_a_2_iv', 'zz'];
  const words = ['encrypted', 'at rest', 'MFA', 'public', 'bucket', 'key rotation', 'log', 'is'];
  const drawn = fc.record({
    title: fc.array(fc.constantFrom(...words)).map((list) => list.join(' ')),
    service: fc.constantFrom('s3', 'iam', 'kms', 'gizmo', ''),
    statedRequirements: fc.dictionary(
      fc.constantFrom(...frameworks),
      fc.uniqueArray(fc.constantFrom(...ids)),
    ),
  });

  it('does not depend on the order of stated requirements, and is never empty', () => {
    fc.assert(
      fc.property(drawn, (given) => {
        const turned = Object.entries(given.statedRequirements)
          .reverse()
          .map(([key, list]) => [key, [...list].reverse()]);
        const matches = matcher.match(check(given));
        expect(matches.length).toBeGreaterThan(0);
        expect(matches.length).toBeLessThanOrEqual(TEXT.max);
        expect(new Set(matches.map(({ reason }) => reason.tier)).size).toBe(1);
        const again = check({ ...given, statedRequirements: Object.fromEntries(turned) });
        expect(matcher.match(again)).toEqual(matches);
        expect(new ControlMatcher(catalogue).match(again)).toEqual(matches);
      }),
      { numRuns: 25 },
    );
  });
});
