import type { TeamScope } from '../../platform/database/collection.js';
import type { HttpApi } from '../../platform/http/http-api.js';
import { OutboundGuard } from '../../platform/outbound/outbound-guard.js';
import type { Platform } from '../../platform/platform.js';
import type { JobQueue } from '../../platform/queue/job-queue.js';
import type { UnifiedLifecycleScheduler } from '../../platform/scheduler/unified-lifecycle-scheduler.js';
import type { Vault } from '../../platform/vault/vault.js';
import { judgeOutbound } from '../../scanners/targets/outbound-policy.js';
import { type Assessments, answersCompared } from '../assessments/index.js';
import { type Compliance, engineRan } from '../compliance/index.js';
import { type Evidence, evidenceExpired, evidenceSettled } from '../evidence/index.js';
import type { SecurityScans } from '../security-scans/index.js';
import { ChannelTargets, keptTargets } from './channels/channel-targets.js';
import { ChannelsRepository } from './channels/channels.repository.js';
import { ChannelsService } from './channels/channels.service.js';
import { DeliverJobs } from './channels/deliver.jobs.js';
import { DeliveriesRepository } from './channels/deliveries.repository.js';
import { Sender } from './channels/sender.js';
import { DriftJobs } from './drift.jobs.js';
import { addDriftRoutes } from './drift.routes.js';
import { ComplianceDriftDetectionService } from './episodes/compliance-drift-detection.service.js';
import { DriftSettingsRepository } from './episodes/drift-settings.repository.js';
import { EndsReader } from './episodes/ends-reader.js';
import { EpisodesRepository } from './episodes/episodes.repository.js';
import { EpisodesService } from './episodes/episodes.service.js';
import { LookReader } from './episodes/look-reader.js';
import { NotificationsRepository } from './notifications/notifications.repository.js';
import { NotificationsService } from './notifications/notifications.service.js';
import { Notifier } from './routing/notifier.js';
import { Outbox } from './routing/outbox.js';
import { PoliciesRepository } from './routing/policies.repository.js';
import { PoliciesService } from './routing/policies.service.js';
import { SnapshotsRepository } from './snapshots/snapshots.repository.js';
import { SnapshotsService } from './snapshots/snapshots.service.js';
import { MomentReader, type MomentReaderDeps } from './state/moment-reader.js';

export interface DriftParts {
  compliance: MomentReaderDeps & Pick<Compliance, 'history' | 'matches' | 'teamsRunSince'>;
  scans: Pick<SecurityScans, 'findings'>;
  /** Null while the module is unavailable: episodes about its items stay unchanged. */
  evidence: () => Pick<Evidence, 'ends'> | null;
  /** Null while the module is unavailable, as with evidence. */
  assessments: () => Pick<Assessments, 'conflicts'> | null;
  queue: JobQueue;
  scheduler: Pick<UnifiedLifecycleScheduler, 'define'>;
  vault: Vault;
  /** Whether this process runs jobs. */
  work: boolean;
}

/** Detects what got worse, better or uncertain and why, and notifies people. */
export function createDrift(platform: Platform, parts: DriftParts) {
  const { config, repositories, audit, events, leases, clock, newId, log } = platform;
  const { compliance, scans, evidence, assessments, queue, scheduler, vault, work } = parts;
  const episodesRepository = repositories.create(EpisodesRepository);
  const snapshotsRepository = repositories.create(SnapshotsRepository);
  const settings = repositories.create(DriftSettingsRepository);
  const policiesRepository = repositories.create(PoliciesRepository);
  const channelsRepository = repositories.create(ChannelsRepository);
  vault.keeps(() => keptTargets(channelsRepository));
  const deliveries = repositories.create(DeliveriesRepository);
  const notificationsRepository = repositories.create(NotificationsRepository);
  const guard = new OutboundGuard({ judge: judgeOutbound(config) });
  const mail =
    config.smtpUrl && config.smtpFrom ? { url: config.smtpUrl, from: config.smtpFrom } : null;
  const sender = new Sender({ guard, mail, log });
  const targets = new ChannelTargets({ vault, guard, canMail: sender.canMail });
  const jobs = new DeliverJobs({
    ...{ queue, deliveries, sender, targets, clock },
    channels: channelsRepository,
  });
  const channels = new ChannelsService({
    channels: channelsRepository,
    policies: policiesRepository,
    ...{ deliveries, jobs, targets, platform },
  });
  const policies = new PoliciesService({
    policies: policiesRepository,
    channels: channelsRepository,
    audit,
    clock,
    newId,
  });
  const outbox = new Outbox({ deliveries, channels: channelsRepository, jobs, clock });
  const notifier = new Notifier({
    policies: policiesRepository,
    channels: channelsRepository,
    notifications: notificationsRepository,
    ...{ settings, outbox, clock },
  });
  const moments = new MomentReader(compliance);
  const { findings } = scans;
  const { matches, history } = compliance;
  const reader = new LookReader({
    moments,
    ends: new EndsReader({ findings, matches, evidence, assessments }),
    history,
    snapshots: snapshotsRepository,
    settings,
    clock,
  });
  const detection = new ComplianceDriftDetectionService({
    reader,
    snapshots: snapshotsRepository,
    episodes: episodesRepository,
    notify: (team, changes) => notifier.notify(team, changes),
    leases,
  });
  const snapshots = new SnapshotsService({
    snapshots: snapshotsRepository,
    moments,
    leases,
    audit,
    clock,
    newId,
  });
  const episodes = new EpisodesService({
    episodes: episodesRepository,
    settings,
    snapshots: snapshotsRepository,
    audit,
    clock,
  });
  const notifications = new NotificationsService({ notifications: notificationsRepository, audit });
  const { teamsRunSince } = compliance;
  const schedules = new DriftJobs({
    ...{ queue, detection, outbox, snapshots, teamsRunSince, platform },
  });
  const look = async ({ teamId }: { teamId: string }) => {
    await detection.detect({ teamId });
  };
  // A look reads what is stored, so neither their order nor how often they come matters.
  events.after(engineRan, look);
  events.after(evidenceExpired, look);
  events.after(evidenceSettled, look);
  events.after(answersCompared, look);
  return {
    detection,
    episodes,
    snapshots,
    policies,
    channels,
    notifications,
    outbox,
    /** For a team; runs every ten minutes, and at start where a process may have missed a look. */
    runMaintenance: (team: TeamScope) => schedules.detect(team),
    addRoutes: (http: HttpApi) =>
      addDriftRoutes(http, { episodes, snapshots, policies, channels, notifications }),
    start: async () => {
      await schedules.define(scheduler);
      if (!work) return;
      schedules.work();
      jobs.work();
    },
    catchUp: async () => {
      if (work) await schedules.catchUp();
    },
  };
}
export type Drift = ReturnType<typeof createDrift>;
