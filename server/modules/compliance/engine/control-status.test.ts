import { describe, expect, it } from 'vitest';
import type { ControlDecision, MatchReason } from '../../../../contract/compliance.js';
import { type ControlEvidence, statusOf } from './control-status.rules.js';
import { type CheckTally, DEFAULT_STATUS_SETTINGS, type TallyMatch } from './evidence.rules.js';
import type { ProofReading } from './proof-checklist.rules.js';

const now = '2026-06-01T00:00:00.000Z';

function seen(tally: Partial<CheckTally>, tier: MatchReason['tier'] = 2): TallyMatch {
  const match = { tier, confidence: 0.8, text: 'because', edges: [], tokens: [] };
  return {
    match,
    tally: {
      tool: 'prowler',
      checkId: 'check_a',
      title: 'A check',
      accountId: '111',
      complete: true,
      lastSeenAt: '2026-05-30T00:00:00.000Z',
      pass: {},
      fail: {},
      exempt: 0,
      unknown: 0,
      ...tally,
    },
  };
}

function decided(part: Partial<ControlDecision>): ControlDecision {
  return {
    kind: 'override',
    status: 'implemented',
    justification: 'another tool does it',
    actor: 'ana@example.org',
    at: '2026-05-01T00:00:00.000Z',
    expiresAt: null,
    ...part,
  };
}

/** Scans show all that proves the control. */
const PROVEN: ProofReading = {
  ...{
    isProven: true,
    lapsedAt: null,
    by: 'scans',
    items: [],
    shown: 0,
    without: [],
    unsurveyed: [],
    unconcerned: new Set<string>(),
    facts: [],
  },
};

function verdict(tallies: TallyMatch[], more: Partial<ControlEvidence> = {}) {
  const given = { settings: DEFAULT_STATUS_SETTINGS, proof: PROVEN };
  return statusOf({ tallies, scope: ['111'], decision: null, now, ...given, ...more });
}

describe('evidence', () => {
  it('that passes in every account, with proof, makes a control implemented', () => {
    const result = verdict([seen({ pass: { high: 3 } })]);
    expect(result).toMatchObject({ status: 'implemented', assurance: 'fresh', openFindings: 0 });
    expect(result.reason).toBe('All 3 results pass, in every account in scope.');
  });

  it('with one open critical fail is not implemented, however much passes', () => {
    const result = verdict([seen({ pass: { high: 900 }, fail: { critical: 1 } })]);
    expect(result.status).toBe('not_implemented');
    expect(result.reason).toBe('1 of 901 results fail; worst check_a (critical).');
    expect(result.explanation.whatWouldChangeIt[0]).toBe(
      'Fix 1 failing result of check_a (worst critical).',
    );
  });

  it('is not implemented from half of the weighted results, partial below', () => {
    const half = [seen({ pass: { high: 2 } }), seen({ checkId: 'b', fail: { high: 2 } })];
    expect(verdict(half).status).toBe('not_implemented');
    const less = [seen({ pass: { high: 2 } }), seen({ checkId: 'b', fail: { medium: 3 } })];
    expect(verdict(less).status).toBe('partial');
    const settings = { ...DEFAULT_STATUS_SETTINGS, failShare: 0.4 };
    expect(verdict(less, { settings }).status).toBe('not_implemented');
  });

  it('counts exempted fails like the others, and reports them', () => {
    const result = verdict([seen({ pass: { low: 9 }, fail: { low: 2 }, exempt: 2 })]);
    expect(result).toMatchObject({ status: 'partial', openFindings: 2 });
    expect(result.reason).toContain('2 of them muted, suppressed or accepted');
  });

  it('is partial when an account in scope has no evidence', () => {
    const result = verdict([seen({ pass: { low: 1 } })], { scope: ['333', '111', '222'] });
    expect(result.status).toBe('partial');
    expect(result.explanation.accountsWithoutEvidence).toEqual(['222', '333']);
    expect(result.explanation.whatWouldChangeIt).toEqual(['Import evidence of accounts 222, 333.']);
  });

  it('is partial with some unknown results, not assessed with unknown results only', () => {
    const manual = seen({ checkId: 'b', unknown: 3 });
    const result = verdict([seen({ pass: { low: 1 } }), manual]);
    expect(result.status).toBe('partial');
    expect(result.explanation.whatWouldChangeIt).toEqual([
      'Settle 3 manual or unevaluated results.',
    ]);
    expect(verdict([manual])).toMatchObject({ status: 'not_assessed', assurance: 'none' });
  });

  it('of nothing is not assessed', () => {
    expect(verdict([])).toMatchObject({ status: 'not_assessed', assurance: 'none' });
  });

  it.each([3, 4] as const)('of tier %i never turns green, but lowers', (tier) => {
    const weak = verdict([seen({ pass: { high: 50 } }, tier)]);
    expect(weak.status).toBe('not_assessed');
    expect(weak.explanation.whatWouldChangeIt).toContain(
      'Accept a match by text, or answer for the control.',
    );
    const mixed = [seen({ pass: { low: 9 } }), seen({ checkId: 'b', fail: { low: 1 } }, tier)];
    expect(verdict(mixed).status).toBe('partial');
    const padded = [seen({ fail: { low: 1 } }), seen({ checkId: 'b', pass: { low: 99 } }, tier)];
    expect(verdict(padded).status).toBe('not_implemented');
  });
});

describe('a truncated report', () => {
  it('proves nothing by its passes', () => {
    const result = verdict([seen({ complete: false, pass: { low: 9 } })]);
    expect(result).toMatchObject({ status: 'not_assessed' });
    expect(result.reason).toContain('cut off');
  });

  it('is not implemented with any fail', () => {
    const result = verdict([seen({ complete: false, pass: { low: 99 }, fail: { low: 1 } })]);
    expect(result.status).toBe('not_implemented');
    const beside = seen({ accountId: '222', pass: { low: 99 } });
    const cut = seen({ complete: false, fail: { low: 1 } });
    expect(verdict([beside, cut]).status).toBe('not_implemented');
  });

  it('keeps a control from being implemented', () => {
    const cut = seen({ checkId: 'b', complete: false, pass: { low: 1 } });
    expect(verdict([seen({ pass: { low: 9 } }), cut]).status).toBe('partial');
  });
});

describe('a decision', () => {
  const failing = [seen({ fail: { high: 1 } })];
  const clean = [seen({ pass: { high: 1 } })];

  it('of not applicable overrides everything until it ends', () => {
    const decision = decided({ kind: 'not_applicable', status: null });
    expect(verdict(failing, { decision }).status).toBe('not_applicable');
    const over = { ...decision, expiresAt: '2026-05-31T00:00:00.000Z' };
    expect(verdict(failing, { decision: over }).status).toBe('not_implemented');
    expect(verdict(failing, { decision: { ...decision, actor: ' ' } }).status).toBe(
      'not_implemented',
    );
  });

  it('that overrides applies, and is flagged when evidence disagrees', () => {
    expect(verdict(failing, { decision: decided({}) })).toMatchObject({
      status: 'implemented',
      evidenceStatus: 'not_implemented',
      contradicted: true,
      assurance: 'conflicting',
    });
    expect(verdict(clean, { decision: decided({}) })).toMatchObject({ contradicted: false });
    const down = decided({ status: 'not_implemented' });
    expect(verdict(clean, { decision: down })).toMatchObject({
      status: 'not_implemented',
      contradicted: true,
    });
  });

  it('that answers overrides passing evidence only', () => {
    const answer = decided({ kind: 'answer' });
    expect(verdict([], { decision: answer })).toMatchObject({ status: 'implemented' });
    expect(verdict(failing, { decision: answer })).toMatchObject({
      status: 'not_implemented',
      contradicted: true,
    });
    const partial = decided({ kind: 'answer', status: 'partial' });
    expect(verdict(clean, { decision: partial }).status).toBe('partial');
    const late = '2027-06-01T00:00:00.000Z';
    expect(verdict([], { decision: answer, now: late }).status).toBe('not_assessed');
  });

  it('that answers worse than failing evidence stays', () => {
    const answer = decided({ kind: 'answer', status: 'not_implemented' });
    const some = [seen({ pass: { high: 9 }, fail: { low: 1 } })];
    expect(verdict(some).status).toBe('partial');
    expect(verdict(some, { decision: answer }).status).toBe('not_implemented');
  });
});

describe('assurance', () => {
  it.each([
    ['2026-04-20T00:00:00.000Z', 'fresh'],
    ['2026-04-01T00:00:00.000Z', 'stale'],
    ['2026-01-01T00:00:00.000Z', 'expired'],
  ])('of evidence of %s is %s', (lastSeenAt, assurance) => {
    expect(verdict([seen({ pass: { low: 1 }, lastSeenAt })]).assurance).toBe(assurance);
  });

  it('is that of the account with the oldest evidence', () => {
    const old = seen({
      accountId: '222',
      pass: { low: 1 },
      lastSeenAt: '2026-01-01T00:00:00.000Z',
    });
    expect(verdict([seen({ pass: { low: 1 } }), old]).assurance).toBe('expired');
  });
});

describe('an explanation', () => {
  it('lists checks over their accounts, worst first', () => {
    const { inputs, inputsTotal } = verdict([
      seen({ checkId: 'clean', pass: { critical: 1 } }),
      seen({ checkId: 'bad', fail: { low: 1 } }),
      seen({ checkId: 'bad', accountId: '222', fail: { high: 2 }, exempt: 1 }),
    ]).explanation;
    expect(inputsTotal).toBe(2);
    expect(inputs[0]).toMatchObject({ checkId: 'bad', severity: 'high', fail: 3, exempted: 1 });
  });

  it('has at most 100 inputs', () => {
    const many = Array.from({ length: 120 }, (_, at) =>
      seen({ checkId: `check_${at}`, pass: { low: 1 } }),
    );
    const { inputs, inputsTotal } = verdict(many).explanation;
    expect([inputs.length, inputsTotal]).toEqual([100, 120]);
  });
});
