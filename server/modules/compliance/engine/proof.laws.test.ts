import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type CheckedResults, ResultEvaluation } from '../../../testing/evaluate-results.js';
import { propertyRuns } from '../../../testing/property-runs.js';
import { loadCatalogue } from '../../catalogue/common-controls/catalogue.js';
import { listedSingleProofs, singleProofs } from '../../catalogue/proof/single-proofs.js';
import { requirementOf } from '../posture/posture.rules.js';
import type { ControlVerdict } from './control-status.rules.js';

const catalogue = loadCatalogue();
const evaluation = new ResultEvaluation(catalogue);
const controls = [...catalogue.controls.values()];
const PROVIDERS = ['aws', 'azure', 'gcp', 'kubernetes', 'm365', 'github'];
const numRuns = propertyRuns(60, 12);

const anchors = new Set(
  controls.flatMap(({ proof = {} }) =>
    Object.values(proof).flatMap((own) => own.flatMap(({ checks }) => checks.map(({ id }) => id))),
  ),
);
const isAnchor = (id: string) => anchors.has(id);

/** Every check of these providers passes in one account each. */
function cleanScan(providers = PROVIDERS): CheckedResults[] {
  return providers.flatMap((provider) => {
    // Of other tools only what anchors name: a scan of them reports what it passes.
    const checks = ['prowler', 'trivy'].flatMap((tool) =>
      catalogue.checks.of(tool, provider).filter(({ id }) => tool === 'prowler' || isAnchor(id)),
    );
    return checks.map(({ tool, id: check }) => {
      return { tool, provider, check, account: provider, pass: 3 };
    });
  });
}

const WORTH: Readonly<Record<string, number>> = { implemented: 1, partial: 0.5 };
const worth = ({ status }: ControlVerdict) => WORTH[status] ?? 0;

function expectNoneBetter(
  after: ReadonlyMap<string, ControlVerdict>,
  before: ReadonlyMap<string, ControlVerdict>,
): void {
  for (const [id, verdict] of after) {
    const was = before.get(id) as ControlVerdict;
    expect(worth(verdict), `${id}: ${was.status}, then ${verdict.status}`).toBeLessThanOrEqual(
      worth(was),
    );
  }
}

test('a clean scan of every check makes no process or people control green', async () => {
  const green = [...(await evaluation.of(cleanScan()))]
    .filter(([, { status }]) => status === 'implemented')
    .map(([id]) => catalogue.controls.get(id));
  expect(green.filter((control) => control?.kind !== 'technology')).toEqual([]);
  expect(green.filter((control) => control?.proof === undefined)).toEqual([]);
});

test.each(PROVIDERS)('the anchors of %s are shown by a clean scan of it', async (provider) => {
  const verdicts = await evaluation.of(cleanScan([provider]));
  const open = controls.flatMap(({ id, proof }) => {
    const { explanation } = verdicts.get(id) as ControlVerdict;
    const items = explanation.proof?.items ?? [];
    const missing = items.filter(({ state }) => state !== 'shown');
    return proof?.[provider] && missing.length > 0
      ? [`${id}: ${missing.flatMap(({ checks, state }) => [...checks, state]).join(' ')}`]
      : [];
  });
  expect(open).toEqual([]);
});

test('no single check satisfies a requirement, except the listed ones', async () => {
  const found = await singleProofs(catalogue, async (provider, { tool, id }, controlIds) => {
    const results = [{ tool, provider, check: id, pass: 1 }];
    const verdicts = await evaluation.of(results, { controlIds });
    return controlIds.filter((each) => verdicts.get(each)?.status === 'implemented');
  });
  const satisfied = found.filter(({ framework, requirement, controlIds }) => {
    const of = catalogue.frameworks.get(framework);
    const its = catalogue.requirement(framework, requirement);
    if (!of || !its) return false;
    const posture = requirementOf(of, its, {
      catalogue,
      statusOf: (controlId) => (controlIds.includes(controlId) ? 'implemented' : undefined),
      attested: () => false,
    });
    return posture.status === 'satisfied';
  });
  const keyOf = (each: { framework: string; requirement: string; check: string }) =>
    `${each.framework} ${each.requirement}: ${each.check}`;
  expect([...new Set(satisfied.map(keyOf))].sort()).toEqual(listedSingleProofs().map(keyOf).sort());
});

/** Checks that anchors name, and some of their kinds, so that random reports have something to prove. */
const named = [
  ...new Map(
    controls.flatMap(({ proof = {} }) =>
      PROVIDERS.flatMap((provider) =>
        (proof[provider] ?? [])
          .flatMap(({ checks }) => checks)
          .filter(({ tool }) => tool === 'prowler')
          .map(({ id }): [string, { provider: string; check: string }] => [
            `${provider} ${id}`,
            { provider, check: id },
          ]),
      ),
    ),
  ).values(),
];
const result: fc.Arbitrary<CheckedResults> = fc
  .record({
    of: fc.constantFrom(...(named.length > 0 ? named : [{ provider: 'aws', check: 'none' }])),
    account: fc.constantFrom('111', '222'),
    pass: fc.constantFrom(1, 1, 2, 0),
    fail: fc.constantFrom(0, 0, 0, 0, 1),
    unknown: fc.constantFrom(0, 0, 0, 1),
    things: fc.constantFrom(1, 1, 0),
    complete: fc.constantFrom(true, true, true, false),
    at: fc.constantFrom('2026-05-31T00:00:00.000Z', '2026-03-20T00:00:00.000Z'),
  })
  .map(({ of, ...rest }) => ({ ...of, ...rest }));
/** Mostly whole scans, where a few results differ. */
const report = fc
  .tuple(
    fc.subarray(PROVIDERS, { minLength: 1, maxLength: 2 }),
    fc.array(result, { maxLength: 30 }),
  )
  .map(([whole, drawn]) => {
    const results = new Map<string, CheckedResults>();
    for (const each of [...cleanScan(whole), ...drawn]) {
      results.set(`${each.provider} ${each.check} ${each.account}`, each);
    }
    return [...results.values()];
  });

test('passes of checks that no release has make nothing better', async () => {
  const unknown = fc.array(
    fc.record({
      check: fc.constantFrom('iam_root_mfa_of_tomorrow', 's3_bucket_encryption_v9', 'kms_all_good'),
      tool: fc.constantFrom('prowler', 'trivy', 'a-scanner-ocsf'),
      provider: fc.constantFrom('aws', 'azure'),
      account: fc.constantFrom('111', 'aws'),
      pass: fc.constant(5),
    }),
    { minLength: 1, maxLength: 4 },
  );
  await fc.assert(
    fc.asyncProperty(report, unknown, async (results, more) => {
      const before = await evaluation.of(results);
      expectNoneBetter(await evaluation.of([...results, ...more]), before);
    }),
    { numRuns },
  );
});

test('neither expiry nor a truncated report makes anything better', async () => {
  await fc.assert(
    fc.asyncProperty(report, fc.constantFrom(1, 20, 80, 200), async (results, days) => {
      const before = await evaluation.of(results);
      const now = new Date(Date.parse('2026-06-01') + days * 86_400_000).toISOString();
      expectNoneBetter(await evaluation.of(results, { now }), before);
      const cut = results.map((each) => ({ ...each, complete: false, fail: 0 }));
      expectNoneBetter(await evaluation.of(cut), before);
    }),
    { numRuns },
  );
});

test('a control is green only where its list is shown from end to end', async () => {
  await fc.assert(
    fc.asyncProperty(report, async (results) => {
      for (const [id, { status, explanation }] of await evaluation.of(results)) {
        if (status !== 'implemented') continue;
        const { total, shown, without } = explanation.proof ?? { total: 0, shown: 0, without: [] };
        expect([total > 0, shown, without], id).toEqual([true, total, []]);
        expect(catalogue.controls.get(id)?.kind, id).toBe('technology');
      }
    }),
    { numRuns },
  );
});
