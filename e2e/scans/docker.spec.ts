import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listTools, putOwnTargets } from '../../contract/scan-operations.js';
import { ocsfReport } from '../../server/testing/prowler-rows.js';
import { addAccount } from './an-account.js';
import { Product, until } from './product.js';

const dockerHost = process.env.TEST_DOCKER_HOST;
const nmapImage = process.env.TEST_DOCKER_NMAP_IMAGE;
/** Built by .ci/docker/build-test-image.sh: little more than a shell, for a tool that fails. */
const shellImage = process.env.TEST_DOCKER_IMAGE ?? 'offload-test-tool:1';
const faultImage = 'offload-fault-prowler:1';
const CHECK = 'ec2_ebs_default_encryption';
const VNC = 5900;
const [GOOD, HUNGRY, HANGS] = ['zz-good-1', 'zz-hungry-1', 'zz-hangs-1'] as const;

const TOOL = `#!/bin/sh
for arg; do
  [ "$before" = --region ] && region=$arg
  [ "$before" = -o ] && out=$arg
  [ "$arg" = --list-checks-json ] && echo '{"aws": ["${CHECK}"]}' && exit 0
  before=$arg
done
echo "started in $region"
case $region in
  ${GOOD}) : >"$out/prowler.log"; cp /tool/report.json "$out/report.ocsf.json" ;;
  ${HUNGRY}) awk 'BEGIN { s = "x"; while (length(s) < 1000000) s = s s
    while (1) { a[i++] = s i; if (i % 10 == 0) system("") } }' ;;
  ${HANGS}) trap '' TERM; while :; do sleep 1; done ;;
esac
`;

describe.skipIf(!dockerHost || !nmapImage)(
  'scans in containers (TEST_DOCKER_HOST, TEST_DOCKER_NMAP_IMAGE)',
  () => {
    let product: Product;
    let accountId: string;
    let build: string;
    const host = Object.values(networkInterfaces())
      .flatMap((addresses) => addresses ?? [])
      .find(({ family, internal }) => family === 'IPv4' && !internal)?.address;
    const service = createServer((socket) => {
      socket.on('error', () => {});
      socket.end('RFB 003.008\n');
    });
    const docker = async (...args: string[]) => {
      const env = { PATH: process.env.PATH, DOCKER_HOST: dockerHost };
      return (await promisify(execFile)('docker', args, { env })).stdout.trim();
    };
    const containers = () => docker('ps', '-aq', '--filter', 'label=org.offload-security.run');
    const networks = () =>
      docker('network', 'ls', '-q', '--filter', 'label=org.offload-security.run');

    beforeAll(async () => {
      build = await mkdtemp(join(tmpdir(), 'fault-image-'));
      await writeFile(join(build, 'prowler'), TOOL);
      await chmod(join(build, 'prowler'), 0o755);
      const rows = [{ check: CHECK, resource: 'a', region: GOOD }];
      await writeFile(
        join(build, 'report.json'),
        ocsfReport(rows, { at: new Date().toISOString() }),
      );
      await chmod(join(build, 'report.json'), 0o644);
      await chmod(build, 0o755);
      const id = await docker('create', shellImage);
      await docker('cp', build, `${id}:/tool`);
      await docker('commit', '--change', 'ENTRYPOINT ["/tool/prowler"]', id, faultImage);
      await docker('rm', id);
      service.listen(VNC, host);
      await once(service, 'listening');
      product = await Product.make({
        DOCKER_HOST: dockerHost as string,
        NMAP_IMAGE: nmapImage as string,
        PROWLER_IMAGE: faultImage,
        PATH: '/nowhere', // no tool of this machine
        SCAN_MEMORY_MB: '128',
        SCAN_TIMEOUT_SECONDS: '90',
      });
      await product.serve('api');
      accountId = (await addAccount(product, [GOOD, HUNGRY, HANGS])).id;
    });
    afterAll(async () => {
      await product?.remove();
      service.close();
      await rm(build, { recursive: true, force: true });
    });
    const start = (regions: string[]) => product.start({ kind: 'cloud', accountId, regions });

    test('the available tools are those of the images', async () => {
      const { items } = await product.call(listTools);
      for (const tool of ['nmap', 'prowler']) {
        expect(items.find((one) => one.tool === tool)).toMatchObject({
          available: true,
          by: 'docker',
        });
      }
    });

    test('a real Nmap in a container scans a service of this machine', async () => {
      await product.serve('worker');
      await product.call(putOwnTargets, { body: { ranges: [`${host}/32`], names: [] } });
      const scan = await product.scanned({ kind: 'network', targets: [host ?? ''] });
      expect(scan).toMatchObject({ status: 'completed', problem: null });
      expect(scan.subJobs[0]?.coverage).toMatchObject({ expected: 1, executed: 1 });
      const open = await product.findings({ status: 'open' });
      expect(open.map(({ checkId }) => checkId)).toContain('exposed_vnc');
      expect([await containers(), await networks()]).toEqual(['', '']);
    });

    test('the system kills a tool over its memory limit, and not the one beside it', async () => {
      const { id } = await start([HUNGRY, GOOD]);
      const scan = await product.scan(id);
      expect(scan.status).toBe('partial');
      const [hungry, good] = scan.subJobs;
      expect(hungry).toMatchObject({ status: 'failed', results: 0 });
      expect(hungry?.problem).toMatch(/out of memory/);
      expect(good).toMatchObject({ status: 'completed', results: 1 });
      expect([await containers(), await networks()]).toEqual(['', '']);
      expect(await product.leftovers()).toEqual([]);
    });

    test('cancelling removes the container within ten seconds', async () => {
      const { id } = await start([HANGS]);
      await product.scan(id, ({ subJobs }) => subJobs[0]?.log.length === 1);
      expect(await containers()).not.toBe('');
      const startedAt = performance.now();
      await product.cancel(id);
      expect(await product.scan(id)).toMatchObject({ status: 'cancelled' });
      expect(performance.now() - startedAt).toBeLessThan(10_000);
      expect([await containers(), await networks()]).toEqual(['', '']);
    });

    test('the next worker removes the container of a killed one and runs the scan again', async () => {
      const { id } = await start([HANGS]);
      await product.scan(id, ({ subJobs }) => subJobs[0]?.log.length === 1);
      const left = await containers();
      const [, worker] = product.processes;
      if (!worker) throw new Error('there is no worker');
      await product.kill(worker);
      expect(await containers()).toBe(left);
      await product.serve('worker');
      await until(containers, (now) => !now.includes(left), { withinMs: 30_000 });
      await product.scan(id, ({ subJobs }) => subJobs[0]?.attempt === 2, 60_000);
      await product.cancel(id);
      expect(await product.scan(id)).toMatchObject({ status: 'cancelled' });
      expect([await containers(), await networks()]).toEqual(['', '']);
    });
  },
);

if (!dockerHost || !nmapImage) {
  console.warn('scans in containers are NOT TESTED: TEST_DOCKER_HOST, TEST_DOCKER_NMAP_IMAGE');
}
