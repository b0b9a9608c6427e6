import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestCore, SCANS_ONLY, type TestCore } from '../../../testing/test-core.js';
import { TestTeam } from '../../../testing/test-team.js';
import { osPackages, trivyReport, vulnerability } from '../../../testing/tool-reports.js';

let core: TestCore;
let team: TestTeam;
beforeAll(async () => {
  core = await createTestCore(SCANS_ONLY);
});
beforeEach(() => {
  team = new TestTeam(core);
});
afterAll(() => core.close());

type Installed = Record<string, string>;
const purl = (name: string, version: string) => ({ PURL: `pkg:deb/debian/${name}@${version}` });

/** The system's packages with their versions, and vulnerabilities as `CVE-1 openssl`. */
const report = (installed: Installed, found: string[], at: number) =>
  trivyReport(
    [
      {
        ...osPackages(
          found.map((text) => {
            const [id = '', PkgName = ''] = text.split(' ');
            const InstalledVersion = installed[PkgName] ?? '';
            const PkgIdentifier = purl(PkgName, InstalledVersion);
            return { ...vulnerability(id), PkgName, InstalledVersion, PkgIdentifier };
          }),
        ),
        Packages: Object.entries(installed).map(([Name, Version]) => ({
          ...{ Name, Version, Identifier: purl(Name, Version) },
        })),
      },
    ],
    { at },
  );

describe('a vulnerability that a report with a list of packages lacks', () => {
  const before = { openssl: '3.0.1', zlib: '1.2', curl: '8.0' };
  beforeEach(() => team.importText(report(before, ['CVE-1 openssl', 'CVE-2 zlib'], 1)));

  it('is gone when its package has another version, or is removed', async () => {
    const upgraded = { ...before, openssl: '3.0.2' };
    const item = await team.importText(report(upgraded, ['CVE-2 zlib'], 2));
    expect(item.findings).toMatchObject({ resolved: 1, unchanged: 1, stale: 0 });
    const { zlib: _, ...removed } = upgraded;
    const none = await team.importText(report(removed, [], 3));
    expect(none).toMatchObject({ problem: null, findings: { resolved: 1, stale: 0 } });
  });

  it('is stale when only the way of writing the version differs', async () => {
    const epoch = { ...before, openssl: '1:3.0.1-2' };
    await team.importText(report(epoch, ['CVE-1 openssl', 'CVE-2 zlib'], 2));
    const apart = await team.importText(report({ ...before }, ['CVE-2 zlib'], 3));
    expect(apart.findings).toMatchObject({ resolved: 0, stale: 1 });
  });

  it('is stale when its package is the same: a filter or another database left it out', async () => {
    const item = await team.importText(report(before, ['CVE-2 zlib'], 2));
    expect(item.findings).toMatchObject({ resolved: 0, unchanged: 1, stale: 1 });
  });

  it('is stale when the report lists no packages, or is called partial', async () => {
    const bare = trivyReport([osPackages([])], { at: 2 });
    expect((await team.importText(bare)).findings).toMatchObject({ resolved: 0, stale: 2 });
    const upgraded = report({ ...before, openssl: '3.0.2' }, [], 3);
    const item = await team.importText(upgraded, 'partial', { coverage: 'partial' });
    expect(item.findings).toMatchObject({ resolved: 0, stale: 2 });
  });
});
