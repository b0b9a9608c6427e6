import { join } from 'node:path';
import type { Secret } from './platform/config/secret.js';
import type { Platform } from './platform/platform.js';
import { createDatabaseQueue } from './platform/queue/database-queue.js';
import type { JobQueue } from './platform/queue/job-queue.js';
import { JobsRepository } from './platform/queue/jobs.repository.js';
import { SchedulesRepository } from './platform/scheduler/schedules.repository.js';
import { UnifiedLifecycleScheduler } from './platform/scheduler/unified-lifecycle-scheduler.js';
import { Vault } from './platform/vault/vault.js';
import { BestRunner } from './scanners/runners/best-runner.js';
import { DockerRunner } from './scanners/runners/docker-runner.js';
import { NativeRunner } from './scanners/runners/native-runner.js';
import { createScanTools, type ScanToolsSettings } from './scanners/scan-tools.js';
import type { ToolScanner } from './scanners/scanner.js';
import { ToolQuestions } from './scanners/tool-questions.js';

export interface ScanningSettings extends ScanToolsSettings {
  /** CSPM_MASTER_KEY. */
  masterKey: Secret | null;
  /** SCAN_HOST_OUTPUT_DIR. */
  hostOutputDir?: string;
  /** Whether this process runs jobs. */
  work: boolean;
  /** In place of the embedded one: BullMQ. */
  queue?: JobQueue;
}

/** All that scanning needs beside the platform, built once for the modules that share it. */
export function createScanning(platform: Platform, settings: ScanningSettings) {
  const { repositories, clock, newId, log, config } = platform;
  const { masterKey, hostOutputDir, work } = settings;
  const queue =
    settings.queue ??
    createDatabaseQueue({ jobs: repositories.create(JobsRepository), clock, newId, log });
  const folder = (name: string) => join(config.dataDir, name);
  const docker = new DockerRunner({ outputFolder: folder('docker-runs'), hostOutputDir });
  const native = new NativeRunner({ outputFolder: folder('native-runs') });
  const runner = new BestRunner([docker, native], clock);
  const schedules = repositories.create(SchedulesRepository);
  const scanners = createScanTools(settings);
  const questions = new ToolQuestions({ runner, clock });
  return {
    work,
    queue,
    runner,
    scanners,
    prowler: (scanners.get('prowler') ?? null) as ToolScanner | null,
    allowedFolders: settings.allowedFolders,
    vault: new Vault({ masterKey, dataDir: config.dataDir }),
    scan: { runner, questions, outputFolder: folder('built-in-runs') },
    verifyTools: () => runner.tools(),
    scheduler: new UnifiedLifecycleScheduler({ schedules, queue, clock, log }),
  };
}
export type Scanning = ReturnType<typeof createScanning>;
