import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SEVERITIES } from '../../../../contract/severity.js';
import { propertyRuns } from '../../../testing/property-runs.js';
import { loadCatalogue } from '../../catalogue/common-controls/catalogue.js';
import type { CheckMatches } from '../../mapping/index.js';
import type { AccountTally, CheckTallies } from '../engine/check-tallies.js';
import { inputsByControl } from '../engine/control-inputs.rules.js';
import { DEFAULT_STATUS_SETTINGS } from '../engine/evidence.rules.js';
import { scopingOf } from '../scoping/scoping.rules.js';
import { PassingResults } from './passing.rules.js';

const catalogue = loadCatalogue();
const NOW = '2026-06-01T00:00:00.000Z';
const LATER = '2027-06-01T00:00:00.000Z';
const CONTROLS = ['IAC-06', 'CRY-05', 'NET-04'];
/** Of the list of the release, except the last. */
const CHECKS = [
  'iam_root_mfa_enabled',
  's3_bucket_default_encryption',
  'guardduty_is_enabled',
  'no_release_has_this',
];

type Kind = 'proves' | 'by text' | 'touches' | 'needs';
interface Result {
  check: number;
  account: string;
  pass: number;
  fail: number;
  exempt: number;
  severity: (typeof SEVERITIES)[number];
  complete: boolean;
  at: string;
}
interface Given {
  results: Result[];
  kinds: Kind[][];
}

const given: fc.Arbitrary<Given> = fc.record({
  results: fc.uniqueArray(
    fc.record({
      check: fc.nat(CHECKS.length - 1),
      account: fc.constantFrom('111', '222'),
      pass: fc.nat(4),
      fail: fc.nat(4),
      exempt: fc.nat(2),
      severity: fc.constantFrom(...SEVERITIES),
      complete: fc.boolean(),
      at: fc.constantFrom('2026-05-20T00:00:00.000Z', '2025-05-20T00:00:00.000Z'),
    }),
    { minLength: 1, maxLength: 8, selector: ({ check, account }) => `${check} ${account}` },
  ),
  kinds: fc.array(
    fc.array(fc.constantFrom<Kind>('proves', 'by text', 'touches', 'needs'), {
      minLength: CONTROLS.length,
      maxLength: CONTROLS.length,
    }),
    { minLength: CHECKS.length, maxLength: CHECKS.length },
  ),
});

function sharesOf({ results, kinds }: Given, now = NOW): (number | null)[] {
  const matched = CHECKS.map((checkId, at): CheckMatches => {
    const matches = CONTROLS.map((controlId, n) => {
      const kind = kinds[at]?.[n] ?? 'proves';
      const reason = {
        tier: kind === 'by text' ? (3 as const) : (1 as const),
        relation: kind === 'touches' ? ('intersects' as const) : ('subset' as const),
        ...(kind === 'needs' ? { needs: ['guardduty_is_enabled'] } : {}),
        ...{ confidence: 1, text: 'by rule', rule: 'a rule', edges: [], tokens: [] },
      };
      return { controlId, reason };
    });
    const id = `prowler/${checkId}`;
    return { id, teamId: 'a', tool: 'prowler', checkId, matches, controlIds: CONTROLS };
  });
  const tallied = CHECKS.map((checkId, at): CheckTallies => {
    const own = results.filter(({ check }) => check === at);
    const id = `prowler/${checkId}`;
    const accounts = own.map(tallyOf);
    return { id, teamId: 'a', tool: 'prowler', checkId, title: checkId, accounts };
  });
  const context = { checks: catalogue.checks, now, settings: DEFAULT_STATUS_SETTINGS };
  const scoping = scopingOf({
    ...{ settings: {}, profiles: [], stated: [], definitions: [], seen: [] },
  });
  const passing = new PassingResults(inputsByControl(matched, tallied, context), scoping);
  const controls = CONTROLS.map((controlId) => ({ controlId }));
  const requirement = { controls } as unknown as Parameters<PassingResults['ofRequirement']>[1];
  return [
    ...CONTROLS.map((id) => passing.ofControl(id)),
    passing.ofRequirement({ id: 'any' }, requirement),
  ];
}

function tallyOf({ account, pass, fail, exempt, severity, complete, at }: Result): AccountTally {
  return {
    ...{ provider: 'aws', accountId: account, complete, lastSeenAt: at, unknown: 0, hash: 1 },
    ...{ results: pass + fail, things: pass + fail },
    pass: { [severity]: pass },
    fail: { [severity]: fail },
    exempt: { [severity]: Math.min(exempt, fail) },
  };
}

const changed = (all: Given, n: number, change: Partial<Result>): Given => ({
  ...all,
  results: all.results.map((each, at) => (at === n ? { ...each, ...change } : each)),
});

const numRuns = propertyRuns(400, 100);

function expectNoneHigher(after: (number | null)[], before: (number | null)[]): void {
  after.forEach((share, at) => {
    // Without conclusive results there is no share to be higher.
    if (share !== null) expect(share).toBeLessThanOrEqual(before[at] ?? -1);
  });
}

describe('the share of passing results', () => {
  test('rises with a fix of any fail whose pass counts, and falls with no fix', () => {
    fc.assert(
      fc.property(given, fc.nat(7), (all, n) => {
        const result = all.results[n % all.results.length];
        if (!result || result.fail === 0) return;
        const fixed = { pass: result.pass + 1, fail: result.fail - 1, exempt: 0 };
        const before = sharesOf(all);
        const after = sharesOf(changed(all, n % all.results.length, fixed));
        const isShown = result.complete && CHECKS[result.check] !== 'no_release_has_this';
        CONTROLS.forEach((_, at) => {
          const kind = all.kinds[result.check]?.[at];
          const share = after[at] ?? null;
          if (share !== null) expect(share).toBeGreaterThanOrEqual(before[at] ?? 0);
          if (kind !== 'proves' || !isShown) return;
          expect(share ?? 0).toBeGreaterThan(before[at] ?? 0);
        });
      }),
      { numRuns },
    );
  });

  test('stays the same when fails are muted, suppressed or accepted', () => {
    fc.assert(
      fc.property(given, fc.nat(7), fc.nat(4), (all, n, exempt) => {
        const at = n % all.results.length;
        expect(sharesOf(changed(all, at, { exempt }))).toEqual(sharesOf(all));
      }),
      { numRuns },
    );
  });

  test('is never raised by lost coverage or by age', () => {
    fc.assert(
      fc.property(given, fc.nat(7), (all, n) => {
        const at = n % all.results.length;
        expectNoneHigher(sharesOf(changed(all, at, { complete: false })), sharesOf(all));
        expectNoneHigher(sharesOf(all, LATER), sharesOf(all));
      }),
      { numRuns },
    );
  });

  test('keeps the results of checks that need no other when they age', () => {
    fc.assert(
      fc.property(given, (all) => {
        const kinds = all.kinds.map((row) =>
          row.map((kind) => (kind === 'needs' ? 'proves' : kind)),
        );
        expect(sharesOf({ ...all, kinds }, LATER)).toEqual(sharesOf({ ...all, kinds }));
      }),
      { numRuns },
    );
  });

  test('is null exactly without a conclusive result', () => {
    fc.assert(
      fc.property(given, (all) => {
        const kinds = all.kinds.map((row) =>
          row.map((kind) => (kind === 'needs' ? 'proves' : kind)),
        );
        const shares = sharesOf({ ...all, kinds });
        CONTROLS.forEach((_, at) => {
          const counts = all.results.some(
            ({ check, pass, fail, complete }) =>
              kinds[check]?.[at] === 'proves' &&
              (fail > 0 || (pass > 0 && complete && CHECKS[check] !== 'no_release_has_this')),
          );
          expect(shares[at] !== null).toBe(counts);
        });
      }),
      { numRuns },
    );
  });

  test('counts a check once for a requirement, however many of its controls it maps to', () => {
    const all: Given = {
      results: [
        ...[0, 1].map((check) => ({
          ...{ check, account: '111', exempt: 0, severity: 'high' as const, complete: true },
          ...{ at: NOW, pass: check === 0 ? 1 : 0, fail: check === 0 ? 0 : 1 },
        })),
      ],
      kinds: [
        ['proves', 'proves', 'proves'],
        ['proves', 'touches', 'by text'],
      ],
    };
    expect(sharesOf(all)).toEqual([50, 100, 100, 50]);
  });
});
