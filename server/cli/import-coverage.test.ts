import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { ocsfReport } from '../testing/prowler-rows.js';
import { CliFolder } from '../testing/run-cli.js';

// Commands are slow on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

let folder: CliFolder;
beforeAll(async () => {
  folder = await CliFolder.make();
});
afterAll(() => folder.remove());

const CHECKS = ['s3_a', 's3_b', 'iam_a', 'iam_b'] as const;
const SEVERITY = { s3_a: 'High', s3_b: 'High', iam_a: 'Low', iam_b: 'Low' } as const;
/** Two resources for each check. */
const report = (checks: readonly (keyof typeof SEVERITY)[], at: number) =>
  ocsfReport(
    checks.flatMap((check) =>
      ['a', 'b'].map((resource) => ({ check, resource, severity: SEVERITY[check] })),
    ),
    { at },
  );
const imported = async (text: string, ...options: string[]) => {
  const file = join(folder.path, 'report.ocsf.json');
  await writeFile(file, text);
  const { code, stdout } = await folder.run(['import', file, '--json', ...options]);
  expect(code).toBe(0);
  return JSON.parse(stdout).imports[0];
};

describe('what imported reports lack', () => {
  test('is stale when they look filtered, and gone when they are called complete', async () => {
    await imported(report(CHECKS, 1));
    const filtered = report(['s3_a', 's3_b'], 2);
    const compared = await imported(filtered);
    expect(compared.findings).toMatchObject({ resolved: 0, stale: 4, unchanged: 4 });
    expect(compared.problem).toBe(
      'looks filtered by severity: nothing below high is left; 4 findings were not seen; if it is whole, import it with `--complete`',
    );
    const partial = await imported(filtered, '--partial');
    expect(partial).toMatchObject({ identical: false, coverage: 'partial', problem: null });
    expect(partial.findings).toMatchObject({ resolved: 0, stale: 4 });
    const complete = await imported(filtered, '--complete');
    expect(complete).toMatchObject({ identical: false, coverage: 'complete', problem: null });
    expect(complete.findings).toMatchObject({ resolved: 4, stale: 0 });
  });

  test('is gone where the reports of the account are set as whole', async () => {
    await imported(report(CHECKS, 3));
    const refused = await folder.run(['account', 'reports', 'aws/999', '--whole']);
    expect(refused.code).toBe(1);
    expect((await folder.run(['account', 'reports', 'aws/111'])).code).toBe(2);
    const set = await folder.run(['account', 'reports', 'aws/111', '--whole', '--json']);
    expect(JSON.parse(set.stdout).places).toMatchObject([{ accountId: '111', isWhole: true }]);
    expect((await imported(report(['s3_a'], 4))).findings).toMatchObject({ resolved: 6, stale: 0 });
    await folder.run(['account', 'reports', 'aws/111', '--compare']);
    const listed = await folder.run(['account', 'reports']);
    expect(listed.stdout).toMatch(/aws\/111 +compared with what is known/);
  });

  test('cannot be called complete and partial at once', async () => {
    const file = join(folder.path, 'report.ocsf.json');
    const { code, stderr } = await folder.run(['import', file, '--complete', '--partial']);
    expect(code).toBe(2);
    expect(stderr).toMatch(/cannot be used with option/);
  });
});
