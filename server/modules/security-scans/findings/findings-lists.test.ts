import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  FINDING_STATUSES,
  type Finding,
  type FindingFilter,
} from '../../../../contract/security-scans.js';
import { SEVERITIES } from '../../../../contract/severity.js';
import { InvalidInputError, NotFoundError } from '../../../platform/errors.js';
import { propertyRuns } from '../../../testing/property-runs.js';
import type { RowSpec } from '../../../testing/prowler-rows.js';
import { createTestCore, SCANS_ONLY, type TestCore } from '../../../testing/test-core.js';
import { TestTeam } from '../../../testing/test-team.js';

let core: TestCore;

beforeAll(async () => {
  core = await createTestCore(SCANS_ONLY);
});
afterAll(() => core.close());

const CHECKS = ['s3_bucket_public', 's3_bucket_encryption', 'ec2_port_open'];
const rows: fc.Arbitrary<RowSpec[]> = fc.array(
  fc.record({
    check: fc.constantFrom(...CHECKS),
    resource: fc.constantFrom('Alpha', 'beta', 'Gamma_1', 'delta%'),
    account: fc.constantFrom('111', '222'),
    region: fc.constantFrom('eu-west-1', 'us-east-1'),
    severity: fc.constantFrom('Critical', 'High', 'Low'),
    status: fc.constantFrom('FAIL', 'FAIL', 'FAIL', 'PASS'),
    muted: fc.constantFrom(false, false, true),
  }),
  { minLength: 1, maxLength: 30 },
);
const some = <T extends string>(...values: T[]) =>
  fc.option(fc.uniqueArray(fc.constantFrom(...values), { minLength: 1, maxLength: 2 }), {
    nil: undefined,
  });
const filters: fc.Arbitrary<FindingFilter> = fc.record({
  status: some(...FINDING_STATUSES),
  severity: some('critical', 'high', 'low'),
  tool: some('prowler', 'trivy'),
  service: some('s3', 'ec2', 'rds'),
  provider: some('aws', 'gcp'),
  accountId: some('111', '222'),
  region: some('eu-west-1', 'us-east-1'),
  checkId: some(...CHECKS),
  q: fc.constantFrom(undefined, undefined, '', 'ALPHA', 'a', '_', '%', 's3_bucket'),
});

/** An independent implementation of the filter. */
function matches(finding: Finding, filter: FindingFilter, except?: keyof FindingFilter): boolean {
  const { q, ...wanted } = { ...filter, status: filter.status ?? ['open'] };
  const isWanted = Object.entries(wanted).every(
    ([field, values]) =>
      field === except ||
      !values?.length ||
      (values as string[]).includes(finding[field as keyof Finding] as string),
  );
  const { title, checkId, resourceUid, resourceName } = finding;
  const text = [title, checkId, resourceUid, resourceName].join('\n').toLowerCase();
  return isWanted && text.includes((q ?? '').toLowerCase());
}

async function everyPage(team: TestTeam, filter: FindingFilter, limit: number) {
  const pages: Finding[][] = [];
  let cursor: string | null | undefined;
  do {
    const page = await core.scans.findings.list(team.actor, filter, limit, cursor ?? undefined);
    pages.push(page.items);
    cursor = page.nextCursor;
  } while (cursor);
  return pages;
}

const byId = (a: Finding, b: Finding) => (a.id < b.id ? -1 : 1);

function countBy(findings: Finding[], field: keyof Finding): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const finding of findings) {
    const value = String(finding[field]);
    counts[value] = (counts[value] ?? 0) + 1;
  }
  return counts;
}

describe('lists, groups and facets', () => {
  it('agree with a plain count, for any findings, triage and filter', async () => {
    await fc.assert(
      fc.asyncProperty(
        rows,
        fc.array(filters, { minLength: 4, maxLength: 4 }),
        fc.integer({ min: 1, max: 7 }),
        async (specs, asked, limit) => {
          const team = new TestTeam(core);
          await team.import(specs);
          for (const [n, finding] of (await team.findings()).entries()) {
            if (n % 4 === 1) await team.triage(finding.id, 'accepted');
            if (n % 4 === 2) await team.triage(finding.id, 'false_positive');
          }
          const all = await team.findings();
          for (const filter of asked) {
            const wanted = all.filter((finding) => matches(finding, filter));
            await checkList(team, filter, wanted, limit);
            await checkGroups(team, filter, wanted);
            await checkFacets(team, filter, all);
          }
        },
      ),
      { numRuns: propertyRuns(8) },
    );
  });

  async function checkList(
    team: TestTeam,
    filter: FindingFilter,
    wanted: Finding[],
    limit: number,
  ) {
    const pages = await everyPage(team, filter, limit);
    for (const page of pages.slice(0, -1)) expect(page).toHaveLength(limit);
    const listed = pages.flat();
    expect(listed.toSorted(byId)).toEqual(wanted.toSorted(byId));
    const ranks = listed.map(({ severity }) => SEVERITIES.indexOf(severity));
    expect(ranks).toEqual(ranks.toSorted((a, b) => a - b));
  }

  async function checkGroups(team: TestTeam, filter: FindingFilter, wanted: Finding[]) {
    const { items, totalFindings, totalGroups } = await core.scans.findings.groups(
      team.actor,
      filter,
      1_000,
    );
    expect(totalFindings).toBe(wanted.length);
    expect(totalGroups).toBe(items.length);
    const found = Object.fromEntries(items.map(({ checkId, findings }) => [checkId, findings]));
    expect(found).toEqual(countBy(wanted, 'checkId'));
    for (const { checkId, severity, accounts, regions, title, service } of items) {
      const own = wanted.filter((finding) => finding.checkId === checkId);
      const worst = own.map((finding) => SEVERITIES.indexOf(finding.severity)).sort()[0];
      expect(SEVERITIES.indexOf(severity)).toBe(worst);
      expect(accounts).toBe(new Set(own.map(({ accountId }) => accountId)).size);
      expect(regions).toBe(new Set(own.map(({ region }) => region)).size);
      expect([title, service]).toEqual([own[0]?.title, own[0]?.service]);
    }
    const order = items.map(({ severity, findings }) => [SEVERITIES.indexOf(severity), -findings]);
    expect(order).toEqual(order.toSorted(([a = 0, b = 0], [c = 0, d = 0]) => a - c || b - d));
  }

  async function checkFacets(team: TestTeam, filter: FindingFilter, all: Finding[]) {
    const facets = await core.scans.findings.facets(team.actor, filter);
    for (const [field, values] of Object.entries(facets)) {
      const within = all.filter((finding) =>
        matches(finding, filter, field as keyof FindingFilter),
      );
      const counts = Object.fromEntries(values.map(({ value, count }) => [value, count]));
      expect(counts, field).toEqual(countBy(within, field as keyof Finding));
      const numbers = values.map(({ count }) => count);
      expect(numbers).toEqual(numbers.toSorted((a, b) => b - a));
    }
  }
});

describe('a list', () => {
  it('shows open findings when the status filter is missing or empty', async () => {
    const team = new TestTeam(core);
    await team.import(['a', 'b'].map((resource) => ({ check: 'c', resource })));
    await team.triage((await team.finding('a')).id, 'accepted');
    for (const filter of [{}, { status: [] }]) {
      const { items } = await core.scans.findings.list(team.actor, filter, 10);
      expect(items.map(({ resourceUid }) => resourceUid)).toEqual(['b']);
      const groups = await core.scans.findings.groups(team.actor, filter, 10);
      expect(groups.totalFindings).toBe(1);
      const { region } = await core.scans.findings.facets(team.actor, filter);
      expect(region).toEqual([{ value: 'eu-west-1', count: 1 }]);
    }
  });

  it('rejects an unknown cursor', async () => {
    const team = new TestTeam(core);
    await expect(core.scans.findings.list(team.actor, {}, 10, 'nonsense')).rejects.toThrow(
      InvalidInputError,
    );
  });
});

describe('one finding', () => {
  it('includes its check as the tool describes it', async () => {
    const team = new TestTeam(core);
    await team.import([{ check: 'kms_cmk_are_used', resource: 'key' }]);
    const { id } = await team.finding('key');
    const { check, ...finding } = await core.scans.findings.get(team.actor, id);
    expect(finding).toEqual(await team.finding('key'));
    expect(check).toMatchObject({ id: 'kms_cmk_are_used', tool: 'prowler', service: 'kms' });
    expect(check.description.length * check.remediation.length).toBeGreaterThan(0);
    expect(Object.keys(check.statedRequirements).length).toBeGreaterThan(3);
  });

  it('is not found by another team', async () => {
    const [team, other] = [new TestTeam(core), new TestTeam(core)];
    await team.import([{ check: 'c', resource: 'r' }]);
    const { id } = await team.finding('r');
    await expect(core.scans.findings.get(other.actor, id)).rejects.toThrow(NotFoundError);
    expect(await other.findings()).toEqual([]);
  });
});
