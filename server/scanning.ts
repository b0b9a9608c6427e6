import { join } from 'node:path';
import { type Broadcast, noBroadcast } from './platform/broadcast/broadcast.js';
import { RedisBroadcast } from './platform/broadcast/redis-broadcast.js';
import type { Clock } from './platform/clock.js';
import { type Config, ConfigError } from './platform/config/config.js';
import type { Platform } from './platform/platform.js';
import { createBullQueue } from './platform/queue/bull-queue.js';
import { createDatabaseQueue } from './platform/queue/database-queue.js';
import { JobConnections } from './platform/queue/job-connections.js';
import type { JobQueue } from './platform/queue/job-queue.js';
import { JobsRepository } from './platform/queue/jobs.repository.js';
import type { QueueParts } from './platform/queue/stored-queue.js';
import { SchedulesRepository } from './platform/scheduler/schedules.repository.js';
import { UnifiedLifecycleScheduler } from './platform/scheduler/unified-lifecycle-scheduler.js';
import { Vault } from './platform/vault/vault.js';
import { BestRunner, type Runners } from './scanners/runners/best-runner.js';
import type { SharedFolder } from './scanners/runners/host-paths.js';
import { withinLimits } from './scanners/runners/limited-runner.js';
import { NativeRunner } from './scanners/runners/native-runner.js';
import { toolImages } from './scanners/runners/tool-images.js';
import { createScanTools } from './scanners/runs/scan-tools.js';
import type { ToolScanner } from './scanners/runs/scanner.js';
import { ToolQuestions } from './scanners/runs/tool-questions.js';
import type { RunLimits, ToolId } from './scanners/runs/tool-run.js';
import { PROGRAMS } from './scanners/tools/registry.js';
import type { ScanSettings } from './scanners/tools/tool.js';

/** The server answers requests before it detects tools. */
const SETTLE_MS = 1_000;

/** The parts for scanning besides the platform, shared by modules. `work`: whether this process runs jobs. */
export function createScanning(platform: Platform, work: boolean) {
  const { repositories, clock, log, config, metrics, clockWatch } = platform;
  const folder = (name: string) => join(config.dataDir, name);
  const images = toolImages(imagesOf(config));
  const runner = new BestRunner(() => loadRunners(config, folder, images), clock);
  const queue = createQueue(platform);
  const broadcast = createBroadcast(platform);
  metrics.watchQueue(() => queue.counts());
  const scheduler = new UnifiedLifecycleScheduler({
    schedules: repositories.create(SchedulesRepository),
    queue,
    clock,
    log,
  });
  clockWatch.add((moments) => scheduler.repairTimes(moments));
  const scanners = createScanTools(scanSettings(config));
  const limited = withinLimits(runner, limitsOf(config));
  const questions = new ToolQuestions({ runner: limited, clock });
  let settling: NodeJS.Timeout | undefined;
  let sweeping: Promise<unknown> | undefined;
  return {
    work,
    queue,
    broadcast,
    runner,
    scanners,
    prowler: (scanners.get('prowler') ?? null) as ToolScanner | null,
    allowedFolders: config.scanFolders,
    vault: new Vault({ masterKey: config.masterKey, dataDir: config.dataDir }),
    scan: { runner: limited, questions, outputFolder: join(platform.workFolder.path, 'built-in') },
    verifyTools: () => runner.tools(),
    scheduler,
    onSubJobEnd: (tool: string, outcome: string, seconds: number) =>
      metrics.scanEnded(tool, outcome, seconds),
    /** Removes leftovers of earlier processes, detects tools, and schedules periodic work. */
    start: async ({ schedule }: { schedule: boolean }) => {
      if (work) {
        if (config.nativeTools === 'require') await requireTools(runner);
        const warn = (message: string) => (error: unknown) => log.warn({ err: error }, message);
        settling = setTimeout(() => {
          sweeping = runner.sweep().catch(warn('could not remove leftover run folders'));
          runner.tools().catch(warn('tool detection failed'));
        }, SETTLE_MS).unref();
      }
      if (schedule) scheduler.start();
    },
    /** Aborts running jobs, which return to the queue, and stops their tools. Safe to call twice. */
    stop: async () => {
      clearTimeout(settling);
      await sweeping;
      await scheduler.stop();
      await queue.close({ drain: false });
      await broadcast.close();
      await runner.close();
    },
  };
}
export type Scanning = ReturnType<typeof createScanning>;

/** Loads Docker's client on first use, as that takes a while. */
async function loadRunners(
  config: Config,
  folder: (name: string) => string,
  images: ReturnType<typeof toolImages>,
): Promise<Runners> {
  const { DockerRunner } = await import('./scanners/runners/docker-runner.js');
  return [
    new DockerRunner({
      outputFolder: folder('docker-runs'),
      hostOutputDir: config.scanHostOutputDir ?? undefined,
      hostMemoryDir: config.scanHostMemoryDir ?? undefined,
      hostFolders: config.scanHostFolders.map(sharedFolder),
      dns: config.scanDns.length > 0 ? config.scanDns : undefined,
      images,
    }),
    new NativeRunner({
      outputFolder: folder('native-runs'),
      path: config.programPath ?? undefined,
    }),
  ];
}

function sharedFolder(pair: string): SharedFolder {
  const [here = '', host = ''] = pair.split('=');
  return { here, host };
}

/** Stops the start when a tool is missing (NATIVE_TOOLS=require). */
async function requireTools(runner: BestRunner): Promise<void> {
  const missing = (await runner.tools()).filter(({ available }) => !available);
  if (missing.length === 0) return;
  const problem = `some scanners cannot run here: ${missing.map(({ tool, missing: why }) => `${tool}: ${why}`).join('; ')}`;
  throw new ConfigError([{ name: 'NATIVE_TOOLS', problem, example: 'degrade' }]);
}

function createQueue(platform: Platform): JobQueue {
  const { config, repositories, clock, clockWatch, modules, newId, log } = platform;
  const connections = new JobConnections(platform.databases);
  const parts: QueueParts & { clock: Clock } = {
    ...{ clock, newId, log },
    waits: (type) => modules.whyJobWaits(type),
    isolate: (handler) => connections.isolate(handler),
  };
  if (config.redisUrl) {
    const { redisUrl, redisPrefix: prefix } = config;
    return createBullQueue({ ...parts, url: redisUrl.reveal(), prefix });
  }
  const jobs = repositories.create(JobsRepository);
  clockWatch.add((moments) => jobs.repairTimes(moments));
  return createDatabaseQueue({ ...parts, jobs });
}

/** The images that the operator named, by tool. */
function imagesOf({ toolSettings }: Config): Partial<Record<ToolId, string>> {
  return Object.fromEntries(
    PROGRAMS.flatMap(({ tool, scan }) => {
      const named = toolSettings[scan.imageVariable.name];
      return named ? [[tool.id, named]] : [];
    }),
  );
}

function limitsOf({ scanTimeoutSeconds, scanMemoryMb, scanOutputMb }: Config): Partial<RunLimits> {
  return {
    ...(scanTimeoutSeconds === null ? {} : { timeoutMs: scanTimeoutSeconds * 1_000 }),
    ...(scanMemoryMb === null ? {} : { memoryBytes: scanMemoryMb * 1024 ** 2 }),
    ...(scanOutputMb === null ? {} : { outputBytes: scanOutputMb * 1024 ** 2 }),
  };
}

function createBroadcast({ config: { redisUrl, redisPrefix: prefix }, log }: Platform): Broadcast {
  return redisUrl ? new RedisBroadcast({ url: redisUrl.reveal(), prefix, log }) : noBroadcast;
}

function scanSettings(config: Config): ScanSettings {
  const { scanFolders, toolSettings, awsEndpoint, awsAccessKeyId, awsSecretAccessKey } = config;
  return {
    allowedFolders: scanFolders,
    variables: toolSettings,
    awsEndpoint: awsEndpoint ?? undefined,
    ...(awsAccessKeyId && awsSecretAccessKey
      ? {
          awsIdentity: {
            accessKeyId: awsAccessKeyId,
            secretAccessKey: awsSecretAccessKey.reveal(),
          },
        }
      : {}),
  };
}
