import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EVIDENCE_KINDS, EVIDENCE_STATES } from '../../../../contract/evidence.js';
import { expiryOf, isValidAt, isValidWithin, qualityOf } from './evidence.rules.js';
import type { StoredEvidence } from './evidence-item.js';

const NOW = '2026-03-01T12:00:00.000Z';

function anItem(over: Partial<StoredEvidence> = {}): StoredEvidence {
  return {
    id: 'evd_1',
    teamId: 'a',
    kind: 'document',
    state: 'approved',
    title: 'Title',
    description: '',
    source: { tool: null, toolVersion: null, importId: null, reportSha256: null, person: 'Ann' },
    controlIds: ['IAC-06'],
    requirements: [],
    effectiveFrom: '2026-02-01T00:00:00.000Z',
    effectiveTo: null,
    collectedAt: '2026-02-01T00:00:00.000Z',
    createdAt: NOW,
    createdBy: 'Ann',
    expiresAt: '2026-05-01T00:00:00.000Z',
    summary: null,
    renewalRequestedAt: null,
    deletedAt: null,
    revision: 1,
    revisions: [],
    reviews: [],
    answers: [],
    contentKey: null,
    uploadKey: null,
    searched: '',
    uploaderId: 'u',
    ...over,
  };
}

describe('when evidence expires', () => {
  const collectedAt = '2026-01-01T00:00:00.000Z';
  test.each([
    ['a scan after 90 days', 'scan', ['annual'], '2026-04-01'],
    ['a document after a year', 'document', [], '2027-01-01'],
    ['a document of a watched control after a year', 'document', ['continuous'], '2027-01-01'],
    ['by quarter after 95 days', 'document', ['quarterly', 'annual'], '2026-04-06'],
    ['by half-year after 190 days', 'policy', ['semi_annual'], '2026-07-10'],
    ['by year after 370 days', 'policy', ['annual'], '2027-01-06'],
  ] as const)('%s', (_, kind, cadences, day) => {
    const end = expiryOf({ kind, collectedAt, effectiveTo: null }, cadences);
    expect(end.slice(0, 10)).toBe(day);
  });

  test('never after what it shows has ended', () => {
    const effectiveTo = '2026-02-01T00:00:00.000Z';
    expect(expiryOf({ kind: 'policy', collectedAt, effectiveTo }, [])).toBe(effectiveTo);
  });
});

const moment = fc
  .date({ min: new Date('2025-01-01'), max: new Date('2027-01-01'), noInvalidDate: true })
  .map((date) => date.toISOString());
const item = fc
  .record({
    kind: fc.constantFrom(...EVIDENCE_KINDS),
    state: fc.constantFrom(...EVIDENCE_STATES),
    effectiveFrom: moment,
    effectiveTo: fc.option(moment),
    collectedAt: moment,
    deletedAt: fc.option(moment),
    description: fc.constantFrom('', 'told'),
    controlIds: fc.constantFrom<string[]>([], ['A-1']),
  })
  .map((over) => anItem({ ...over, expiresAt: expiryOf({ ...anItem(), ...over }, []) }));

describe('validity', () => {
  test('only approved or collected evidence counts, and only within its time', () => {
    fc.assert(
      fc.property(item, moment, (one, at) => {
        if (!isValidAt(one, at)) return;
        expect(['approved', 'auto_collected']).toContain(one.state);
        expect(one.deletedAt).toBeNull();
        expect(one.effectiveFrom <= at && at < one.expiresAt).toBe(true);
        expect(one.effectiveTo === null || at < one.effectiveTo).toBe(true);
      }),
    );
  });

  test('is lost once and for all: what counts now counted at each moment since it took effect', () => {
    fc.assert(
      fc.property(item, moment, moment, (one, a, b) => {
        const [early, late] = a < b ? [a, b] : [b, a];
        if (isValidAt(one, late) && early >= one.effectiveFrom) {
          expect(isValidAt(one, early)).toBe(true);
        }
      }),
    );
  });

  test('what counts at a moment counts within each period that has the moment', () => {
    fc.assert(
      fc.property(item, moment, moment, moment, (one, ...moments) => {
        const [from = '', at = '', to = ''] = moments.sort();
        if (isValidAt(one, at)) expect(isValidWithin(one, from, to)).toBe(true);
        if (one.state === 'rejected' || one.state === 'pending_review' || one.deletedAt) {
          expect(isValidWithin(one, from, to)).toBe(false);
        }
      }),
    );
  });
});

test('what expired without approval is in no package, what was approved or collected is', () => {
  const [from, to] = ['2026-02-10T00:00:00.000Z', NOW];
  const approved = { at: NOW, actor: 'A', action: 'approved', revision: 1, reason: null } as const;
  const over = anItem({ state: 'expired' });
  expect(isValidWithin(over, from, to)).toBe(false);
  expect(isValidWithin({ ...over, uploaderId: null }, from, to)).toBe(true);
  for (const action of ['rejected', 'submitted'] as const) {
    const reviews = [{ ...approved, action, ownWork: false }];
    expect(isValidWithin({ ...over, uploaderId: null, reviews }, from, to)).toBe(false);
  }
  expect(isValidWithin({ ...over, reviews: [{ ...approved, ownWork: false }] }, from, to)).toBe(
    true,
  );
});

describe('quality', () => {
  test('lies between 0 and 100, is the sum of its parts, and only falls with time', () => {
    fc.assert(
      fc.property(item, moment, moment, (one, a, b) => {
        const [early, late] = a < b ? [a, b] : [b, a];
        const [before, after] = [qualityOf(one, early), qualityOf(one, late)];
        expect(before.score).toBeGreaterThanOrEqual(after.score);
        expect(before.score).toBeLessThanOrEqual(100);
        expect(before.parts.reduce((sum, { of }) => sum + of, 0)).toBe(100);
        const sum = before.parts.reduce((total, { points }) => total + points, 0);
        expect([0, sum]).toContain(before.score);
      }),
    );
  });

  test('another person’s approval is worth more than one’s own, and expiry takes all', () => {
    const approval = (ownWork: boolean) =>
      anItem({
        reviews: [{ at: NOW, actor: 'A', action: 'approved', revision: 1, reason: null, ownWork }],
      });
    const [own, other] = [qualityOf(approval(true), NOW), qualityOf(approval(false), NOW)];
    expect(other.score - own.score).toBe(8);
    expect(qualityOf(anItem(), '2026-05-01T00:00:00.000Z').score).toBe(0);
  });
});
