import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { z } from 'zod';
import type { FrameworkSummary, getPosture } from '../contract/compliance.js';
import type { listEvidence } from '../contract/evidence.js';
import type { EvidencePackage } from '../contract/evidence-packages.js';
import type { ScanRun } from '../contract/orchestration.js';
import type { Health } from '../contract/platform.js';
import type { listSystemJobs } from '../contract/scan-operations.js';
import type { listFindings, ReportImport } from '../contract/security-scans.js';
import { freshOnServers } from './testing/fresh-on-servers.js';
import { CliFolder, SAMPLE } from './testing/run-cli.js';
import {
  askProduct,
  makeReport,
  ownerOfPort,
  type ProductProcess,
  startProduct,
  uploadTo,
} from './testing/run-processes.js';
import { fetchSignedIn } from './testing/signed-in-fetch.js';

// The product as an organisation runs it: one API process, two workers and one scheduler.

/** Separate processes are slow on a busy machine, and leases of killed ones must expire. */
vi.setConfig({ testTimeout: 240_000, hookTimeout: 180_000 });
const WITHIN_A_MINUTE = { timeout: 60_000, interval: 200 };
/** Enough for an import of some seconds. */
const MANY = 5_000;

interface Store {
  env: Record<string, string>;
  /** Each process has a separate folder, as on separate hosts. */
  separateFolders: boolean;
  clean(): Promise<void>;
}

/** A web site whose responses can be delayed. */
class SlowSite {
  isSlow = false;
  readonly #held = new Set<ServerResponse>();
  readonly ports: number[] = [];

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async start(): Promise<SlowSite> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const site = new SlowSite(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    server.on('request', (request, response) => {
      site.ports.push(request.socket.remotePort ?? 0);
      if (site.isSlow) site.#held.add(response);
      else response.end('<!doctype html><title>Shop</title>');
    });
    return site;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

function processesOn(name: string, make: () => Promise<Store>): void {
  describe(`processes that share ${name}`, () => {
    let folder: CliFolder;
    let store: Store;
    let site: SlowSite;
    let api: ProductProcess;
    let workers: ProductProcess[];
    const all: ProductProcess[] = [];

    const start = async (host: string, args: readonly string[]) => {
      const DATA_DIR = join(folder.path, 'data', store.separateFolders ? host : 'shared');
      await mkdir(DATA_DIR, { recursive: true });
      const started = await startProduct(folder, args, {
        ...{ DATA_DIR, LOG_LEVEL: 'warn', NO_COLOR: '1' },
        ...store.env,
      });
      all.push(started);
      return started;
    };
    const startApi = () => start('api', ['serve', '--role', 'api']);

    beforeAll(async () => {
      folder = await CliFolder.make();
      store = await make();
      site = await SlowSite.start();
      api = await startApi();
      workers = await Promise.all([
        start('worker-1', ['serve', '--role', 'worker']),
        start('worker-2', ['worker']),
      ]);
      await start('scheduler', ['serve', '--role', 'scheduler']);
    });
    afterAll(async () => {
      for (const { child } of all) child.kill('SIGKILL');
      await site?.stop();
      await store?.clean();
      await folder?.remove();
    });

    const ask = <T>(path: string, init?: Parameters<typeof askProduct>[2]) =>
      askProduct<T>(api, path, init);
    const importOf = (id: string) => ask<ReportImport>(`/api/security-scans/imports/${id}`);
    const scanOf = (id: string) => ask<ScanRun>(`/api/scans/${id}`);
    const posture = () => ask<z.infer<typeof getPosture.result>>('/api/compliance-engine/posture');
    const findingsOf = (query: string) =>
      ask<z.infer<typeof listFindings.result>>(`/api/security-scans/findings?limit=200&${query}`);
    const startScan = (url: string) =>
      ask<ScanRun>('/api/scans', { method: 'POST', body: { kind: 'web', url } });

    it('an upload becomes findings and a posture', async () => {
      const before = (await ask<{ items: FrameworkSummary[] }>('/api/frameworks')).items;
      expect(before.every(({ coverage }) => coverage === 0)).toBe(true);
      const id = await uploadTo(api, SAMPLE);
      await expect.poll(async () => (await importOf(id)).status, WITHIN_A_MINUTE).toBe('completed');
      expect((await findingsOf('status=open')).items).toHaveLength(36);
      const { accounts, frameworks } = await posture();
      expect(accounts.reduce((sum, { results }) => sum + results, 0)).toBe(73);
      expect(frameworks.some(({ coverage }) => (coverage ?? 0) > 0)).toBe(true);
    });

    it('the API shows progress, findings and posture of a scan that a worker runs', async () => {
      await ask('/api/scans/own-targets', {
        method: 'PUT',
        body: { ranges: ['127.0.0.0/8'], names: [] },
      });
      const before = await posture();
      const { id } = await startScan(`${site.url}/shop`);
      await expect.poll(async () => (await scanOf(id)).finishedAt, WITHIN_A_MINUTE).not.toBeNull();
      const scan = await scanOf(id);
      expect(scan.status).toMatch(/^(completed|partial)$/);
      expect(scan.results).toBeGreaterThan(5);
      const found = (await findingsOf('status=open')).items.filter(({ resourceUid }) =>
        resourceUid.includes(site.url.slice('http://'.length)),
      );
      expect(found.length).toBeGreaterThan(0);
      const after = await posture();
      expect(after.accounts).toHaveLength(before.accounts.length + 1);
      const open = ({ openFindings }: typeof after) =>
        Object.values(openFindings).reduce((sum, count) => sum + count, 0);
      expect(open(after)).toBe(open(before) + found.length);
    });

    it('evidence and packages that workers made are downloaded from the API', async () => {
      const evidence = () => ask<z.infer<typeof listEvidence.result>>('/api/evidence?limit=5');
      await expect
        .poll(async () => (await evidence()).items.length, WITHIN_A_MINUTE)
        .toBeGreaterThan(0);
      const [item] = (await evidence()).items;
      const file = await fetchSignedIn(`${api.address}/api/evidence/${item?.id}/content`);
      expect([file.status, (await file.text()).length > 100]).toEqual([200, true]);
      const to = new Date().toISOString();
      const { id } = await ask<EvidencePackage>('/api/evidence/packages', {
        method: 'POST',
        body: { frameworkId: 'soc2-tsc-2017', from: '2025-01-01T00:00:00.000Z', to },
      });
      const packageOf = () => ask<EvidencePackage>(`/api/evidence/packages/${id}`);
      await expect.poll(async () => (await packageOf()).state, WITHIN_A_MINUTE).toBe('ready');
      const zip = await fetchSignedIn(`${api.address}/api/evidence/packages/${id}/content`);
      const bytes = Buffer.from(await zip.arrayBuffer());
      expect([zip.status, bytes.length]).toEqual([200, (await packageOf()).sizeBytes]);
      expect(bytes.subarray(0, 2).toString()).toBe('PK');
    });

    it('workers show figures of their scans and imports, and the API those of the store', async () => {
      const metricsOf = async ({ address }: ProductProcess) =>
        (await fetch(`${address}/metrics`)).text();
      const figures = (await Promise.all(workers.map(metricsOf))).join();
      expect(figures).toContain('cspm_scan_duration_seconds_count{tool="web-check"');
      expect(figures).toContain('cspm_import_duration_seconds_count{tool="web-check"');
      expect(figures).toContain('cspm_compliance_engine_duration_seconds_count');
      const own = await metricsOf(api);
      expect(own).toMatch(/^cspm_workers 2$/m);
      expect(own).not.toContain('cspm_scan_duration_seconds_count');
    });

    it('every process sees the same files', async () => {
      const { files } = await ask<Health>('/api/health');
      expect(files).toMatchObject({ ok: true, problem: null, processes: 4, blind: [] });
      expect(files.backend).toBe(store.separateFolders ? 'database' : 'folder');
    });

    it('the scheduler enqueues scheduled work and a worker runs it', async () => {
      const schedules = () =>
        ask<z.infer<typeof listSystemJobs.result>>('/api/scans/system-jobs').then(
          ({ items }) => items,
        );
      const reaping = async () =>
        (await schedules()).find(({ id }) => id === 'orchestration.reap-scans');
      await expect
        .poll(async () => (await reaping())?.lastOutcome, WITHIN_A_MINUTE)
        .toBe('completed');
      const path = '/api/scans/system-jobs/compliance.check-drift/run';
      await ask(path, { method: 'POST' });
      await expect
        .poll(
          async () => (await schedules()).find(({ id }) => id === 'compliance.check-drift'),
          WITHIN_A_MINUTE,
        )
        .toMatchObject({ lastOutcome: 'completed', lastError: null });
    });

    it('another worker resumes the scan of a killed worker', async () => {
      site.isSlow = true;
      site.ports.length = 0;
      const { id } = await startScan(`${site.url}/slow`);
      await expect.poll(() => site.ports.length, WITHIN_A_MINUTE).toBe(1);
      const log = async () => (await scanOf(id)).subJobs[0]?.log.join();
      await expect.poll(log, WITHIN_A_MINUTE).toContain(`asking ${site.url}/slow`);
      const worker = ownerOfPort(site.ports[0] as number, workers);
      expect(worker).toBeDefined();
      worker?.child.kill('SIGKILL');
      site.isSlow = false;
      const killed = performance.now();
      await expect.poll(async () => (await scanOf(id)).finishedAt, WITHIN_A_MINUTE).not.toBeNull();
      expect(performance.now() - killed).toBeLessThan(60_000);
      const scan = await scanOf(id);
      expect(scan.status).toMatch(/^(completed|partial)$/);
      expect(scan.subJobs[0]?.attempt).toBe(2);
      const other = workers.find((each) => each !== worker) as ProductProcess;
      expect(other.child.exitCode).toBeNull();
    });

    it('a process with the file resumes the import of a killed process', async () => {
      const id = await uploadTo(api, await makeReport(folder, MANY));
      await expect
        .poll(async () => (await importOf(id)).status, { timeout: 60_000, interval: 20 })
        .toMatch(/reading|applying/);
      // The API process only stored the file.
      for (const { child } of workers) child.kill('SIGKILL');
      expect((await importOf(id)).finishedAt).toBeNull();
      await start('worker-3', ['worker']);
      // Another process resumes it within a minute; the import itself takes time too.
      await expect
        .poll(async () => (await importOf(id)).status, { timeout: 120_000, interval: 200 })
        .toBe('completed');
      expect(await importOf(id)).toMatchObject({ results: MANY, partial: false });
      const { accounts } = await posture();
      expect(accounts.reduce((sum, { results }) => sum + results, 0)).toBeGreaterThan(MANY);
      expect(
        existsSync(
          join(folder.path, 'data', store.separateFolders ? 'api' : 'shared', 'incoming', id),
        ),
      ).toBe(false);
    });
  });
}

processesOn('files in one folder', async () => ({
  env: {},
  separateFolders: false,
  clean: async () => {},
}));

const { TEST_MONGODB_URI: mongoUri, TEST_REDIS_URL: redisUrl } = process.env;
if (mongoUri && redisUrl) {
  processesOn('MongoDB and Redis, on separate hosts', async () => ({
    ...(await freshOnServers({ mongoUri, redisUrl }, 9)),
    separateFolders: true,
  }));
} else {
  it.skip('processes that share MongoDB and Redis are NOT TESTED: TEST_MONGODB_URI or TEST_REDIS_URL is not set (.ci/mongodb/start.sh and .ci/redis/start.sh print them)', () => {});
}
