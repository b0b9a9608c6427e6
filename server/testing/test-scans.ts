import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Logger, pino } from 'pino';
import type { NewCloudAccount } from '../../contract/cloud-security.js';
import type { ScanRun } from '../../contract/orchestration.js';
import { type CloudSecurity, createCloudSecurity } from '../modules/cloud-security/index.js';
import {
  createOrchestration,
  type Orchestration,
  type Scheduler,
} from '../modules/orchestration/index.js';
import { createSecurityScans, type SecurityScans } from '../modules/security-scans/index.js';
import type { Actor } from '../platform/auth/actor.js';
import { noBroadcast } from '../platform/broadcast/broadcast.js';
import type { Clock } from '../platform/clock.js';
import { CSPMDatabaseManager } from '../platform/database/database-manager.js';
import { SqliteDatabase } from '../platform/database/sqlite-database.js';
import { createPlatform, databaseSettings, type Platform } from '../platform/platform.js';
import { createDatabaseQueue } from '../platform/queue/database-queue.js';
import type { JobQueue } from '../platform/queue/job-queue.js';
import { JobsRepository } from '../platform/queue/jobs.repository.js';
import { noSharedStatus } from '../platform/shared-status/shared-status.js';
import { Vault } from '../platform/vault/vault.js';
import type { Runner } from '../scanners/runners/runner.js';
import { createScanTools } from '../scanners/runs/scan-tools.js';
import type { Scanner } from '../scanners/runs/scanner.js';
import { ToolQuestions } from '../scanners/runs/tool-questions.js';
import type { Lookup } from '../scanners/targets/allowed-addresses.js';
import { readServerConfig } from '../server-config.js';
import { anActor } from './test-core.js';

/** The system clock, which a test can move ahead. */
export class MovableClock implements Clock {
  #aheadMs = 0;

  now(): Date {
    return new Date(Date.now() + this.#aheadMs);
  }

  move(ms: number): void {
    this.#aheadMs += ms;
  }
}

/** The scanning parts of one product process. */
export interface ScanProcess {
  queue: JobQueue;
  cloud: CloudSecurity;
  orchestration: Orchestration;
}

export interface TestScansOptions {
  runner: (outputFolder: string) => Runner;
  log?: Logger;
  resolve?: Lookup;
  allowedFolders?: string[];
  graceMs?: number;
  scheduler?: (platform: Platform, queue: JobQueue) => Scheduler;
  /** Replace the product's scanners of the same id. */
  scanners?: readonly Scanner[];
}

export const PUBLIC_ADDRESS = '93.184.216.34';
const PACE = { pollMs: 10, idleMs: 20, recoverMs: 50, cancelMs: 20 };

/** In-memory databases, and any number of processes that share them. */
export class TestScans {
  readonly actor: Actor = anActor('a');
  readonly clock: MovableClock;
  readonly #processes: ScanProcess[] = [];
  #accounts = 0;

  private constructor(
    readonly folder: string,
    readonly platform: Platform,
    readonly scans: SecurityScans,
    readonly runner: Runner,
    private readonly options: TestScansOptions,
  ) {
    this.clock = platform.clock as MovableClock;
  }

  static async create(options: TestScansOptions): Promise<TestScans> {
    const folder = await mkdtemp(join(tmpdir(), 'cspm-scans-'));
    const config = readServerConfig({ DATA_DIR: folder, LOG_LEVEL: 'silent' });
    const databases = new CSPMDatabaseManager({
      ...databaseSettings(config),
      open: (_key, name) => new SqliteDatabase(':memory:', { name }),
    });
    const clock = new MovableClock();
    const log = options.log ?? pino({ level: 'silent' });
    const platform = createPlatform(config, { clock, databases, log });
    const { repositories, newId } = platform;
    const scans = createSecurityScans(platform, {
      controlChecks: () => null,
      queue: createDatabaseQueue({ jobs: repositories.create(JobsRepository), clock, newId, log }),
      work: false,
    });
    const runner = options.runner(join(folder, 'runs'));
    return new TestScans(folder, platform, scans, runner, options);
  }

  /** Starts another process; with `work: false` one that only requests scans. */
  async process({ work = true } = {}): Promise<ScanProcess> {
    const { platform, scans, runner, options, folder } = this;
    const { repositories, clock, newId, log } = platform;
    const jobs = repositories.create(JobsRepository);
    const queue = createDatabaseQueue({
      jobs,
      clock,
      newId,
      log,
      pace: PACE,
      graceMs: options.graceMs ?? 12_000,
    });
    const allowedFolders = options.allowedFolders ?? [];
    const product = createScanTools({ allowedFolders });
    for (const scanner of options.scanners ?? []) product.set(scanner.id, scanner);
    const scheduler = options.scheduler?.(platform, queue) ?? null;
    const questions = new ToolQuestions({ runner, clock });
    const scan = { runner, questions, outputFolder: join(folder, 'built-in') };
    const vault = new Vault({ masterKey: null, dataDir: folder });
    const prowler = product.get('prowler') as Parameters<typeof createCloudSecurity>[1]['prowler'];
    const cloud = createCloudSecurity(platform, {
      ...{ queue, vault, scan, prowler, work },
    });
    const orchestration = createOrchestration(platform, {
      broadcast: noBroadcast,
      sharedStatus: noSharedStatus,
      ...{
        securityScans: scans,
        cloud,
        queue,
        scheduler,
        scan,
        scanners: product,
        work,
      },
      allowedFolders,
      verifyTools: async () => [],
      resolve: options.resolve ?? (async () => [PUBLIC_ADDRESS]),
    });
    await repositories.prepareAll();
    await cloud.start();
    await orchestration.start();
    const made = { queue, cloud, orchestration };
    this.#processes.push(made);
    return made;
  }

  async anAccount(
    { cloud }: ScanProcess,
    regions = ['eu-west-1'],
    changes: Partial<NewCloudAccount> = {},
    actor = this.actor,
  ) {
    this.#accounts += 1;
    const accountId = `${123456789011 + this.#accounts}`;
    return cloud.accounts.create(actor, {
      name: `Account ${this.#accounts}`,
      scope: { kind: 'aws', accountId, regions },
      credentials: {
        kind: 'aws_keys',
        accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
        secretAccessKey: SECRET_KEY,
      },
      ...changes,
    });
  }

  /** Waits until the scan meets the condition, by default its end. Fails when that takes too long. */
  async until(
    { orchestration }: ScanProcess,
    scanId: string,
    isDone: (scan: ScanRun) => boolean = (scan) => scan.finishedAt !== null,
    withinMs = 15_000,
  ): Promise<ScanRun> {
    const deadlineMs = performance.now() + withinMs;
    for (;;) {
      const scan = await orchestration.scans.get(this.actor, scanId);
      if (isDone(scan)) return scan;
      if (performance.now() > deadlineMs) throw new Error(`still ${JSON.stringify(scan, null, 1)}`);
      await new Promise((resolve) => setTimeout(resolve, 15));
    }
  }

  async close(): Promise<void> {
    for (const { queue, orchestration } of this.#processes) {
      await orchestration.stop();
      await queue.close({ drain: false });
    }
    await this.runner.close();
    await this.scans.stop();
    await this.platform.leases.close();
    await this.platform.databases.close();
    await rm(this.folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
}

export const SECRET_KEY = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
