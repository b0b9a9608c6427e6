import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { topKeys } from '../../readers/json-keys.js';
import { requireEvidence } from '../../readers/read-report.js';
import type { ReportRow } from '../../rows/report.js';
import { maskedStream } from '../../secrets/masked-stream.js';
import { identityOf, inChunks, readRows } from '../../testing/read-rows.js';
import { isGrypeJson } from './grype.read.js';

const fixture = (name: string) =>
  readFileSync(join(import.meta.dirname, 'fixtures', `grype-0.121-${name}.json`));
const parsed = (name: string) => JSON.parse(fixture(name).toString());
const read = (value: unknown) => readRows(JSON.stringify(value), 'grype.json');
const match = (change: { vulnerability?: object; artifact?: object } = {}) => ({
  vulnerability: {
    ...{ id: 'CVE-2024-0001', severity: 'High', dataSource: 'https://nvd.example/1' },
    ...{ fix: { versions: [], state: 'not-fixed' }, ...change.vulnerability },
  },
  relatedVulnerabilities: [],
  matchDetails: [],
  artifact: {
    ...{ name: 'a', version: '1.2.3', type: 'npm', purl: 'pkg:npm/a@1.2.3' },
    ...{ locations: [{ path: '/app/a-1.2.3/package.json' }], ...change.artifact },
  },
});
const report = (parts: object = {}) => ({
  matches: [match()],
  source: { type: 'image', target: { userInput: 'nginx:1.27', imageID: 'sha256:1' } },
  distro: { name: 'debian', version: '12' },
  descriptor: { name: 'grype', version: '0.121.2', timestamp: '2026-11-30T20:00:00Z' },
  ...parts,
});
const rowOf = async (value: unknown) => (await read(value)).rows[0] as ReportRow;

describe('real reports of Grype', () => {
  it('of an image: fixes, known exploitation, and what a rule ignores as muted', async () => {
    const { rows, outcome } = await readRows(fixture('image'), 'image.json');
    expect(outcome).toMatchObject({
      ...{ tool: 'grype', format: 'grype-json', partial: false, results: 2 },
      facts: { executed: 1, skipped: [], createdAt: '2026-11-30T20:51:57.055289124Z' },
    });
    const [found, ignored] = rows;
    expect(found).toMatchObject({
      ...{ verdict: 'fail', severity: 'high', provider: 'image' },
      ...{ accountId: 'ghcr.io/acme/shop', subObject: 'pkg:deb/debian/openssl' },
      ...{ observedAt: '2026-11-30T20:51:57.055Z' },
      check: { id: 'CVE-2023-0286', service: 'deb', categories: ['vulnerability'] },
      details: {
        vulnerability: { ids: ['CVE-2023-0286'], knownExploited: true },
        package: { installedVersion: '3.0.1-1', fixedVersion: '3.0.8-1', path: null },
      },
    });
    expect(found?.observed).toContain('image sha256:8a78151860a1715979e2ef5f03603f80c2b615ec');
    expect(ignored).toMatchObject({ verdict: 'muted', mutedVerdict: 'fail', severity: 'low' });
    expect(ignored).toMatchObject({ rawSeverity: 'Negligible', check: { id: 'CVE-2010-0928' } });
    expect(ignored?.observed).toContain('ignored: only with physical access');
  });

  it('of a folder: the advisory with its CVE, score, EPSS and weakness', async () => {
    const { rows } = await readRows(fixture('dir'), 'dir.json');
    expect(rows).toMatchObject([
      {
        ...{ provider: 'filesystem', accountId: 'target/app' },
        subObject: 'pkg:npm/lodash at /package-lock.json',
        check: {
          id: 'GHSA-p6mc-m468-83gw',
          title: 'GHSA-p6mc-m468-83gw: Prototype pollution in lodash',
          categories: ['vulnerability', 'CWE-1321'],
        },
        details: {
          vulnerability: {
            ids: ['GHSA-p6mc-m468-83gw', 'CVE-2020-8203'],
            cvss: { score: 7.4, source: 'nvd@nist.gov' },
            epss: { score: 0.02, percentile: 0.83 },
          },
          package: { name: 'lodash', fixedVersion: '4.17.19', path: '/package-lock.json' },
        },
      },
    ]);
  });

  it('is stored without the environment of the image', async () => {
    const bytes = fixture('image');
    const { config } = parsed('image').source.target;
    expect(Buffer.from(config, 'base64').toString()).toContain('PASSPHRASE_HINT');
    const kept: Uint8Array[] = [];
    for await (const chunk of maskedStream(inChunks(bytes, 5000), { format: 'grype-json' })) {
      kept.push(Buffer.from(chunk));
    }
    const text = Buffer.concat(kept).toString();
    expect(text).not.toContain(config.slice(20, 60));
    expect((await readRows(text, 'kept.json')).rows).toEqual(
      (await readRows(bytes, 'kept.json')).rows,
    );
  });
});

describe('identity', () => {
  it('does not change with version, tag, digest, time, score and order', async () => {
    const before = identityOf(await rowOf(report()));
    const upgraded = {
      artifact: {
        ...{ version: '1.3.0', purl: 'pkg:npm/a@1.3.0?x=1' },
        locations: [{ path: '/app/a-1.3.0/package.json' }],
      },
      vulnerability: { severity: 'Low', fix: { versions: ['2.0.0'], state: 'fixed' } },
    };
    const source = { type: 'image', target: { userInput: 'docker.io/library/nginx@sha256:2' } };
    const after = report({ matches: [match(upgraded)], source });
    expect(identityOf(await rowOf(after))).toBe(before);
  });

  it.each([
    [{ artifact: { purl: 'pkg:npm/b@1.2.3' } }],
    [{ artifact: { locations: [{ path: '/other/package.json' }] } }],
    [{ vulnerability: { id: 'CVE-2024-0002' } }],
  ])('differs by package, path and vulnerability: %j', async (change) => {
    const other = await rowOf(report({ matches: [match(change)] }));
    expect(identityOf(other)).not.toBe(identityOf(await rowOf(report())));
  });

  it('has no path for a system package, and uses the name without a package URL', async () => {
    const artifact = { type: 'rpm', purl: '', name: 'bash', locations: [{ path: '/var/lib/rpm' }] };
    const row = await rowOf(report({ matches: [match({ artifact })] }));
    expect(row.subObject).toBe('pkg:rpm/bash');
  });
});

describe('a report', () => {
  it.each([
    ['Critical', 'critical'],
    ['Negligible', 'low'],
    ['Unknown', 'medium'],
    ['', 'medium'],
  ])('states the severity %s: %s', async (severity, expected) => {
    const row = await rowOf(report({ matches: [match({ vulnerability: { severity } })] }));
    expect(row).toMatchObject({ severity: expected, rawSeverity: severity });
  });

  it.each([
    [{ status: { built: '2026-11-01T00:00:00Z', valid: true } }, /29 days old/],
    [{ built: '2026-11-01T00:00:00Z' }, /29 days old/],
    [{ status: { valid: false } }, /invalid/],
    [{ status: { error: 'checksum differs' } }, /checksum differs/],
  ])('has a gap if the database is unusable: %j', async (db, why) => {
    const { descriptor } = report();
    const { outcome } = await read(report({ descriptor: { ...descriptor, db } }));
    expect(outcome.facts?.skipped.map((gap) => gap.why).join()).toMatch(why);
  });

  it('has a gap, once, where the distribution is at its end of life', async () => {
    const alerts = [{ type: 'distro-eol', message: 'Debian 8 is at its end of life' }];
    const { outcome } = await read(report({ alertsByPackage: [{ alerts }, { alerts }] }));
    expect(outcome.facts?.skipped).toHaveLength(1);
  });

  it('is refused when truncated, as it names its target at the end', async () => {
    const text = fixture('image').toString();
    const cut = readRows(text.slice(0, text.indexOf('"source"')), 'cut.json');
    await expect(cut).rejects.toThrow(/ends or breaks.*scanned target is unknown/);
  });

  it('without a match is evidence, as it states what was scanned', async () => {
    const { outcome } = await read(report({ matches: [] }));
    expect(outcome).toMatchObject({ results: 0, partial: false });
    expect(() => requireEvidence(outcome, 'grype.json')).not.toThrow();
  });

  it.each([
    ['matches first', '{"matches": [{"vulnerability": {', true],
    ['sorted keys', '{"descriptor": {}, "distro": {}, "matches": [', true],
    ['Syft', '{"artifacts": [], "descriptor": {}, "distro": {}}', false],
    ['other matches', '{"matches": [{"id": 1}]}', false],
    ['a list', '[{"matches": []}]', false],
  ])('is recognised by its keys: %s', (_, head, expected) => {
    expect(isGrypeJson(topKeys(head))).toBe(expected);
  });
});
