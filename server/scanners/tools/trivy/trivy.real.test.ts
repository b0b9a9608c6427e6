import { chmod, cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DockerRunner } from '../../runners/docker-runner.js';
import { NativeRunner } from '../../runners/native-runner.js';
import type { Runner } from '../../runners/runner.js';
import { dockerHost, dockerSetting } from '../../runners/testing/docker-for-tests.js';
import { scannedFor, secretText } from '../../testing/real-scan.js';

/** A folder that .ci/trivy/install.sh filled; without it these tests skip. */
const installed = process.env.TEST_TRIVY_FOLDER;
if (!installed) {
  console.warn(
    'the real Trivy is not run: TEST_TRIVY_FOLDER is not set (see .ci/trivy/install.sh)',
  );
}

const FILES: Record<string, string> = {
  Dockerfile: 'FROM debian:latest\nADD . /app\nCMD ["/app/run"]\n',
  'main.tf': `resource "aws_security_group_rule" "ssh" {
  type = "ingress"
  from_port = 22
  to_port = 22
  protocol = "tcp"
  cidr_blocks = ["0.0.0.0/0"]
  security_group_id = "sg-1"
}
`,
  'deploy.yaml': `apiVersion: v1
kind: Pod
metadata: { name: web }
spec:
  containers:
    - name: web
      image: nginx:latest
      securityContext: { privileged: true }
`,
  'package-lock.json': JSON.stringify({
    ...{ name: 'sample', version: '1.0.0', lockfileVersion: 3, requires: true },
    packages: {
      '': { name: 'sample', version: '1.0.0', dependencies: { lodash: '4.17.15' } },
      'node_modules/lodash': { version: '4.17.15', license: 'MIT' },
    },
  }),
};

/** The image of the same program by .ci/docker/build-tool-image.sh; also needs TEST_DOCKER_HOST. */
const image = process.env.TEST_TRIVY_IMAGE;

describe.skipIf(!installed)('the real Trivy', () => {
  let home: string;
  let code: string;
  let runner: NativeRunner;
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'real-trivy-'));
    code = join(home, 'code');
    await mkdir(code);
    for (const [name, text] of Object.entries(FILES)) await writeFile(join(code, name), text);
    await writeFile(
      join(code, 'settings.env'),
      `${secretText()}\ndb_password=next-to-it-hunter2\n`,
    );
    await writeFile(join(home, 'outside.env'), secretText());
    await symlink(join(home, 'outside.env'), join(code, 'link.env'));
    await symlink(home, join(code, 'link'));
    // Settings in the folder, which must have no effect.
    await writeFile(join(code, '.trivyignore'), 'DS-0002\nCVE-2020-8203\n');
    await writeFile(join(code, 'trivy.yaml'), 'severity: [LOW]\n');
    runner = new NativeRunner({
      outputFolder: join(home, 'runs'),
      path: `${installed}:${process.env.PATH}`,
    });
  });
  afterAll(async () => {
    await runner.close();
    await rm(home, { recursive: true, force: true });
  });
  const scanned = (
    options: { configOnly?: boolean; databases?: string } = {},
    by: Runner = runner,
  ) =>
    scannedFor(by, {
      scanner: 'trivy',
      target: { kind: 'folder', path: code },
      options: { configOnly: options.configOnly },
      settings: {
        allowedFolders: [code],
        variables: { TRIVY_DATABASES: options.databases ?? null },
      },
    });

  it('reports its version', async () => {
    expect(await runner.availability('trivy')).toMatchObject({ available: true, missing: null });
  });

  it('passes and fails configuration files, whatever settings the folder has', async () => {
    const { verdict, rows } = await scanned({ configOnly: true });
    expect(verdict).toMatchObject({ outcome: 'succeeded', problem: null });
    expect(verdict.coverage.databases).toMatchObject([{ name: 'trivy-checks' }]);
    const failed = rows.filter((row) => row.verdict === 'fail').map((row) => row.check.id);
    expect(failed).toEqual(expect.arrayContaining(['DS-0002', 'KSV-0017', 'AWS-0107']));
    expect(rows.filter((row) => row.verdict === 'pass').length).toBeGreaterThan(50);
    expect(new Set(rows.map((row) => row.accountId))).toEqual(new Set([code]));
  });

  it('reports what it cannot scan without a database, and scans the rest', async () => {
    const missing = join(home, 'no-databases');
    await mkdir(missing, { recursive: true });
    const { verdict, rows, lines } = await scanned({ databases: missing });
    expect(verdict.outcome).toBe('succeeded_with_gaps');
    expect(verdict.problem).toMatch(/^vulnerabilities: there is no vulnerability database/);
    expect(lines.join('\n')).toContain('Once more without vulnerabilities');
    expect(rows.some((row) => row.check.id.startsWith('CVE-'))).toBe(false);
    const secrets = rows.filter((row) => row.check.id.includes('aws-access-key-id'));
    expect(secrets.map((row) => row.verdict)).toEqual(['fail']); // once: links are not followed
    expect(JSON.stringify(rows)).not.toMatch(/hunter2|AKIA[A-Z2-7]{16}/);
    expect(rows.some((row) => row.check.id === 'license:MIT')).toBe(true);
  }, 60_000);

  it('judges packages by an existing database', async () => {
    const databases = join(home, 'databases');
    await cp(join(installed ?? '', 'databases'), databases, { recursive: true });
    const { verdict, rows } = await scanned({ databases });
    const found = rows.filter((row) => row.check.id === 'CVE-2020-8203');
    expect(found).toMatchObject([{ verdict: 'fail', severity: 'high', accountId: code }]);
    expect(verdict.coverage.databases).toMatchObject([{ name: 'trivy-db', version: '2' }, {}]);
    expect(verdict).toMatchObject({ outcome: 'succeeded', problem: null });
  }, 60_000);

  it('treats a comment that suppresses findings as a gap', async () => {
    const file = join(code, 'main.tf');
    await writeFile(file, `#trivy:ignore:*\n${FILES['main.tf']}`);
    const { verdict } = await scanned({ configOnly: true });
    await writeFile(file, FILES['main.tf'] ?? '');
    expect(verdict.outcome).toBe('succeeded_with_gaps');
    expect(verdict.problem).toMatch(/trivy:ignore/);
  });

  it.skipIf(!image || !dockerHost)(
    'finds the same in a container without network and privileges',
    async () => {
      const databases = join(home, 'databases');
      await cp(join(installed ?? '', 'databases'), databases, { recursive: true });
      const setting = await dockerSetting();
      const images = { trivy: { reference: image ?? '', version: null } };
      const docker = new DockerRunner({ ...setting.options, images });
      expect(await docker.availability('trivy')).toMatchObject({ available: true, missing: null });
      const found = async (by: Runner) => {
        const { verdict, rows } = await scanned({ databases }, by);
        expect(verdict).toMatchObject({ outcome: 'succeeded', problem: null });
        return rows
          .map((row) => [row.accountId, row.check.id, row.verdict, row.resource.uid, row.subObject])
          .map((parts) => parts.join(' | '))
          .sort();
      };
      expect(await found(docker)).toEqual(await found(runner));
      // Not readable by the container's user; Trivy does not report that.
      await chmod(join(code, 'settings.env'), 0o600);
      const { verdict } = await scanned({ databases }, docker);
      await chmod(join(code, 'settings.env'), 0o644);
      expect(verdict.outcome).toBe(process.getuid?.() === 0 ? 'succeeded_with_gaps' : 'succeeded');
      if (process.getuid?.() === 0)
        expect(verdict.problem).toMatch(/^settings.env: 1 of the folder/);
      await docker.close();
      await setting.remove();
    },
    60_000,
  );
});
