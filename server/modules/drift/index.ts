import type { Config } from '../../platform/config/config.js';
import type { HttpApi } from '../../platform/http/http-api.js';
import { type JudgeAddresses, OutboundGuard } from '../../platform/outbound/outbound-guard.js';
import type { Platform } from '../../platform/platform.js';
import type { JobQueue } from '../../platform/queue/job-queue.js';
import type { UnifiedLifecycleScheduler } from '../../platform/scheduler/unified-lifecycle-scheduler.js';
import type { Vault } from '../../platform/vault/vault.js';
import { decideAddresses } from '../../scanners/targets/address-policy.js';
import { parseHost } from '../../scanners/targets/host-name.js';
import { type Assessments, answersCompared } from '../assessments/index.js';
import { type Compliance, engineRan } from '../compliance/index.js';
import { type Evidence, evidenceExpired, evidenceSettled } from '../evidence/index.js';
import type { SecurityScans } from '../security-scans/index.js';
import { ChannelsRepository } from './channels/channels.repository.js';
import { ChannelsService } from './channels/channels.service.js';
import { DeliverJobs } from './channels/deliver.jobs.js';
import { DeliveriesRepository } from './channels/deliveries.repository.js';
import { Sender } from './channels/sender.js';
import { addDriftRoutes } from './drift.routes.js';
import { DriftSchedules } from './drift.schedules.js';
import { ComplianceDriftDetectionService } from './episodes/compliance-drift-detection.service.js';
import { DriftSettingsRepository } from './episodes/drift-settings.repository.js';
import { EndsReader } from './episodes/ends-reader.js';
import { EpisodesRepository } from './episodes/episodes.repository.js';
import { EpisodesService } from './episodes/episodes.service.js';
import { NotificationsRepository } from './notifications/notifications.repository.js';
import { NotificationsService } from './notifications/notifications.service.js';
import { Notifier } from './routing/notifier.js';
import { PoliciesRepository } from './routing/policies.repository.js';
import { PoliciesService } from './routing/policies.service.js';
import { SnapshotsRepository } from './snapshots/snapshots.repository.js';
import { SnapshotsService } from './snapshots/snapshots.service.js';

export interface DriftParts {
  compliance: Compliance;
  scans: Pick<SecurityScans, 'findings'>;
  /** Null as long as there is none: what is known of its items stays as it is. */
  evidence: () => Pick<Evidence, 'ends'> | null;
  /** Null as long as there is none, as with evidence. */
  assessments: () => Pick<Assessments, 'conflicts'> | null;
  queue: JobQueue;
  scheduler: Pick<UnifiedLifecycleScheduler, 'define'>;
  vault: Vault;
  /** Whether this process runs jobs. */
  work: boolean;
}

/** What got worse, better or uncertain since it was last looked, why, and who is told. */
export function createDrift(platform: Platform, parts: DriftParts) {
  const { config, repositories, audit, events, leases, clock, newId, log, teams } = platform;
  const { compliance, scans, evidence, assessments, queue, scheduler, vault, work } = parts;
  const episodesRepository = repositories.create(EpisodesRepository);
  const snapshotsRepository = repositories.create(SnapshotsRepository);
  const settings = repositories.create(DriftSettingsRepository);
  const policiesRepository = repositories.create(PoliciesRepository);
  const channelsRepository = repositories.create(ChannelsRepository);
  const deliveries = repositories.create(DeliveriesRepository);
  const notificationsRepository = repositories.create(NotificationsRepository);
  const guard = new OutboundGuard({ judge: judgeBy(config) });
  const mail =
    config.smtpUrl && config.smtpFrom ? { url: config.smtpUrl, from: config.smtpFrom } : null;
  const sender = new Sender({ guard, mail });
  const jobs: DeliverJobs = new DeliverJobs({
    queue,
    deliveries,
    channels: channelsRepository,
    sender,
    clock,
    targetOf: (team, channel) => channels.targetOf(team, channel),
  });
  const channels = new ChannelsService({
    channels: channelsRepository,
    deliveries,
    policies: policiesRepository,
    jobs,
    guard,
    canMail: sender.canMail,
    vault,
    audit,
    clock,
    newId,
  });
  const policies = new PoliciesService({
    policies: policiesRepository,
    channels: channelsRepository,
    audit,
    clock,
    newId,
  });
  const notifier = new Notifier({
    policies: policiesRepository,
    channels: channelsRepository,
    deliveries,
    notifications: notificationsRepository,
    settings,
    jobs,
    clock,
  });
  const detection = new ComplianceDriftDetectionService({
    compliance,
    ends: new EndsReader({
      findings: scans.findings,
      matches: compliance.matches,
      evidence,
      assessments,
    }),
    snapshots: snapshotsRepository,
    episodes: episodesRepository,
    settings,
    tell: (team, news) => notifier.tell(team, news),
    leases,
    clock,
  });
  const snapshots = new SnapshotsService({
    snapshots: snapshotsRepository,
    compliance,
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
  const schedules = new DriftSchedules({ teams, log, detection, notifier, snapshots });
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
    notifier,
    /** For all teams, what is done at start and every ten minutes. */
    lookAfter: () => schedules.detectAll(),
    addRoutes: (http: HttpApi) =>
      addDriftRoutes(http, { episodes, snapshots, policies, channels, notifications }),
    start: async () => {
      await schedules.define(scheduler);
      if (!work) return;
      schedules.work(queue);
      jobs.work();
      // What came between the last look and the end of the process before; the schedule tries again.
      await schedules.detectAll().catch(() => {});
    },
  };
}
export type Drift = ReturnType<typeof createDrift>;

/** The policy of scan targets, with what the operator declares by OUTBOUND_ALLOW in the place of a team's own. */
function judgeBy({ outboundAllow }: Pick<Config, 'outboundAllow'>): JudgeAddresses {
  const isRange = (text: string) => /^[\d.]+(\/\d+)?$|:/.test(text);
  const allowed = {
    ranges: outboundAllow.filter(isRange),
    names: outboundAllow.filter((text) => !isRange(text)),
  };
  const none = { ranges: [], names: [] };
  return (host, addresses) => {
    const parsed = parseHost(host);
    const { refusals } = decideAddresses(parsed, addresses, allowed);
    const named = allowed.names.some((name) => {
      const own = name.toLowerCase();
      return own.startsWith('*.') ? parsed.text.endsWith(own.slice(1)) : parsed.text === own;
    });
    // Declared is what only the list allows, or what it names.
    const declared = named || !decideAddresses(parsed, addresses, none).allowed;
    const [first] = refusals;
    const refusal = first
      ? `${first.what} is not called: ${first.why.replace(/; declare .*$/, '')} (OUTBOUND_ALLOW)`
      : null;
    return { refusal, declared };
  };
}
