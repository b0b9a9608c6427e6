import { join } from 'node:path';
import { Audit } from './audit/audit.js';
import { AuditRepository } from './audit/audit.repository.js';
import { BlobViews } from './blobs/blob-views.js';
import { BlobViewsRepository } from './blobs/blob-views.repository.js';
import { type Blobs, createBlobs } from './blobs/blobs.js';
import { type Clock, createNewId, type NewId, systemClock } from './clock.js';
import type { Config } from './config/config.js';
import { WorkFolder } from './data-folder/work-folder.js';
import { CSPMDatabaseManager } from './database/database-manager.js';
import { RepositoryFactory } from './database/repository-factory.js';
import { TaskDatabases } from './database/task-databases.js';
import { Events } from './events/events.js';
import { IdempotentRequestsRepository } from './http/idempotent-requests.repository.js';
import { Leases } from './leases/leases.js';
import { LeasesRepository } from './leases/leases.repository.js';
import { CrossModuleReferences } from './links/cross-module-references.js';
import { type Logger, setupStructuredLogging } from './log/structured-logging.js';
import { type Metrics, noMetrics } from './metrics/metrics.js';
import { ModuleAvailability } from './outages/module-availability.js';
import { StoreWatch } from './outages/store-watch.js';
import { Parsing } from './parsing/parsing.js';
import { Retention } from './retention/retention.js';
import { TeamsRepository } from './teams/teams.repository.js';
import { ClockMarksRepository } from './time/clock-marks.repository.js';
import { ClockWatch } from './time/clock-watch.js';
import { StoredTimes } from './time/stored-times.js';

/** The parts that every module is built from. */
export interface Platform {
  config: Config;
  log: Logger;
  metrics: Metrics;
  clock: Clock;
  newId: NewId;
  events: Events;
  databases: CSPMDatabaseManager;
  repositories: RepositoryFactory;
  teams: TeamsRepository;
  idempotentRequests: IdempotentRequestsRepository;
  audit: Audit;
  /** Mutual exclusion between processes. */
  leases: Leases;
  references: CrossModuleReferences;
  /** Reports, evidence, packages and waiting uploads. */
  blobs: Blobs;
  /** Whether all processes see the same blobs. */
  blobViews: BlobViews;
  retention: Retention;
  /** Reads files of others. */
  parsing: Parsing;
  /** For temporary files of this process. */
  workFolder: WorkFolder;
  /** Notices that the clock went back. */
  clockWatch: ClockWatch;
  /** Notices that a database is lost, and that it is back. */
  storeWatch: StoreWatch;
  /** Which modules are unavailable. */
  modules: ModuleAvailability;
}

export interface PlatformOverrides {
  log?: Logger;
  /** Default: no metrics. */
  metrics?: Metrics;
  clock?: Clock;
  databases?: CSPMDatabaseManager;
  /** Default: files are parsed in this process. */
  parsing?: Parsing;
  /** Opens embedded databases in this thread: for commands, which have no other work. */
  inProcess?: boolean;
}

/** Builds the platform; it opens and writes nothing before its first use. */
export function createPlatform(config: Config, overrides: PlatformOverrides = {}): Platform {
  const log = overrides.log ?? setupStructuredLogging(config);
  const clock = overrides.clock ?? systemClock;
  const newId = createNewId(clock);
  const databases =
    overrides.databases ?? new CSPMDatabaseManager(databaseSettings(config, overrides));
  const repositories = new RepositoryFactory(new TaskDatabases(databases));
  const references = repositories.create(CrossModuleReferences);
  const blobs = createBlobs(config, databases);
  const views = repositories.create(BlobViewsRepository);
  const days = config.retentionDays;
  const storedLeases = repositories.create(LeasesRepository);
  const leases = new Leases({ leases: storedLeases, clock, log });
  const events = new Events(log, leases);
  const teams = repositories.create(TeamsRepository);
  const times = new StoredTimes({ databases, repositories, teams });
  const marks = repositories.create(ClockMarksRepository);
  const clockWatch = new ClockWatch({ marks, times, events, clock, log });
  clockWatch.add((moments) => storedLeases.repairTimes(moments));
  return {
    config,
    log,
    clock,
    newId,
    databases,
    repositories,
    metrics: overrides.metrics ?? noMetrics,
    parsing: overrides.parsing ?? new Parsing({ entry: null }),
    events,
    teams,
    idempotentRequests: repositories.create(IdempotentRequestsRepository),
    clockWatch,
    storeWatch: new StoreWatch({ databases, log }),
    modules: new ModuleAvailability(),
    audit: new Audit({ entries: repositories.create(AuditRepository), clock, newId }),
    leases,
    references,
    blobs,
    blobViews: new BlobViews({ blobs, views, clock, newId, log }),
    workFolder: new WorkFolder(join(config.dataDir, 'work')),
    retention: new Retention({ repositories, references, blobs, clock, log, days }),
  };
}

/** The database manager's settings, with secrets revealed. */
export function databaseSettings(
  { mongoUri, dataDir, databases }: Config,
  { inProcess = false }: Pick<PlatformOverrides, 'inProcess'> = {},
) {
  const entries = Object.entries(databases).map(([key, { name, uri }]) => [
    key,
    { name, uri: uri?.reveal() },
  ]);
  return {
    dataDir,
    inProcess,
    mongoUri: mongoUri?.reveal(),
    databases: Object.fromEntries(entries) as Record<
      keyof typeof databases,
      { name: string; uri?: string }
    >,
  };
}
