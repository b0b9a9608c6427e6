import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { FindingFilter } from '../../../../contract/security-scans.js';
import { InvalidInputError } from '../../../platform/errors.js';
import { ocsfReport, type RowSpec } from '../../../testing/prowler-rows.js';
import { createTestCore, SCANS_ONLY, type TestCore } from '../../../testing/test-core.js';
import { TestTeam } from '../../../testing/test-team.js';

let core: TestCore;
let team: TestTeam;

beforeAll(async () => {
  core = await createTestCore(SCANS_ONLY);
});
afterAll(() => core.close());
beforeEach(() => {
  team = new TestTeam(core);
});

const of = (resource: string, more: Partial<RowSpec> = {}): RowSpec => ({
  ...{ check: 's3_bucket_public', resource, ...more },
});
async function names(filter: FindingFilter): Promise<string[]> {
  const { items } = await core.scans.findings.list(team.actor, filter, 100);
  return items.map(({ resourceUid }) => resourceUid).sort();
}

describe('findings of an import', () => {
  it('are those that it reported last or changed, in each way', async () => {
    const first = await team.import([of('a'), of('b'), of('c', { status: 'PASS' })], { at: 0 });
    const second = await team.import(
      [of('a'), of('b', { status: 'PASS' }), of('c'), of('d', { check: 'ec2_port_open' })],
      { at: 1 },
    );
    expect(await names({ importId: [first.id] })).toEqual(['a']);
    expect(await names({ importId: [first.id], change: ['opened'] })).toEqual(['a', 'b']);
    expect(await names({ importId: [second.id] })).toEqual(['a', 'c', 'd']);
    expect(await names({ importId: [second.id], change: ['opened'] })).toEqual(['c', 'd']);
    expect(await names({ importId: [second.id], change: ['resolved'] })).toEqual(['b']);
    const third = await team.import([of('a'), of('b'), of('c')], { at: 2 });
    expect(await names({ importId: [third.id], change: ['reopened'] })).toEqual(['b']);
    expect(await names({ importId: [second.id], change: ['resolved'] })).toEqual([]);
    const both = [second.id, third.id];
    expect(await names({ importId: both, change: ['opened', 'reopened'] })).toEqual([
      'b',
      'c',
      'd',
    ]);
    const facets = await core.scans.findings.facets(team.actor, { importId: [third.id] });
    expect(facets.status).toEqual([{ value: 'open', count: 3 }]);
    expect(facets.tool).toEqual([{ value: 'prowler', count: 3 }]);
    const groups = await core.scans.findings.groups(team.actor, { importId: [third.id] }, 10);
    expect(groups.totalFindings).toBe(3);
  });

  it('are stale where newer imports lack their check', async () => {
    await team.import([of('a'), of('d', { check: 'ec2_port_open' })], { at: 0 });
    await team.import([of('a')], { at: 1 });
    expect(await names({ stale: 'true' })).toEqual(['d']);
    expect(await names({ stale: 'false' })).toEqual(['a']);
    expect(await names({ stale: 'true', tool: ['trivy'] })).toEqual([]);
    expect(await names({ stale: 'true', accountId: ['111'], tool: ['prowler'] })).toEqual(['d']);
  });

  it('are stale, and not reported by it, where a partial report lacks them', async () => {
    await team.import([of('a'), of('b')], { at: 0 });
    const path = join(core.platform.config.dataDir, 'partial.json');
    await writeFile(path, ocsfReport([of('a')], { at: 1 }));
    const { id } = await core.scans.imports.importFile(team.actor, path, { coverage: 'partial' });
    expect(await names({ stale: 'true' })).toEqual(['b']);
    expect(await names({ stale: 'false' })).toEqual(['a']);
    expect(await names({ importId: [id] })).toEqual(['a']);
    await team.import([of('a'), of('b')], { at: 2 });
    expect(await names({ stale: 'true' })).toEqual([]);
  });

  it('are found by the scan that made the report', async () => {
    await team.import([of('a')], { at: 0 });
    const path = join(core.platform.config.dataDir, 'scan.json');
    await writeFile(path, ocsfReport([of('b', { account: '222' })], { at: 1 }));
    const { id, scanId } = await core.scans.imports.importFile(team.actor, path, {
      scanId: 'scan_1',
    });
    expect(scanId).toBe('scan_1');
    expect(await names({ scanId: ['scan_1'] })).toEqual(['b']);
    expect(await names({ scanId: ['scan_1'], change: ['opened'] })).toEqual(['b']);
    expect(await names({ scanId: ['scan_1'], importId: [id] })).toEqual(['b']);
    expect(await names({ scanId: ['scan_2'] })).toEqual([]);
    expect(await names({ importId: ['imp_unknown'] })).toEqual([]);
  });

  it('cannot be asked for by change alone', async () => {
    await expect(names({ change: ['opened'] })).rejects.toThrow(InvalidInputError);
  });

  it('are those of the team only', async () => {
    const { id } = await team.import([of('a')]);
    team = new TestTeam(core);
    await team.import([of('a')]);
    expect(await names({ importId: [id] })).toEqual([]);
  });
});
