import type { HttpApi } from '../../../platform/http/http-api.js';
import { OutboundGuard } from '../../../platform/outbound/outbound-guard.js';
import type { Platform } from '../../../platform/platform.js';
import type { JobQueue } from '../../../platform/queue/job-queue.js';
import type { UnifiedLifecycleScheduler } from '../../../platform/scheduler/unified-lifecycle-scheduler.js';
import type { Vault } from '../../../platform/vault/vault.js';
import { judgeOutbound } from '../../../scanners/targets/outbound-policy.js';
import { AuditForwardsRepository } from './audit-forwards.repository.js';
import { addAuditForwardRoutes } from './audit-forwards.routes.js';
import { AuditForwardsService, keptForwards } from './audit-forwards.service.js';
import { ForwardSender } from './forward-sender.js';
import { ForwardTrail } from './forward-trail.js';
import { forwardSchedule } from './forwards.jobs.js';

export interface ForwardingParts {
  vault: Vault;
  queue: JobQueue;
  scheduler: Pick<UnifiedLifecycleScheduler, 'define'>;
  /** Whether this process runs jobs. */
  work: boolean;
}

/** Forwards the audit trails of teams to other systems. */
export function createAuditForwarding(
  platform: Platform,
  { vault, queue, scheduler, work }: ForwardingParts,
) {
  const { audit, clock, newId, leases, log } = platform;
  const forwards = platform.repositories.create(AuditForwardsRepository);
  vault.keeps(() => keptForwards(forwards));
  const sender = new ForwardSender(new OutboundGuard({ judge: judgeOutbound(platform.config) }));
  const trail: ForwardTrail = new ForwardTrail({
    ...{ forwards, audit, sender, platform: { clock, leases, log } },
    open: (forward) => service.open(forward),
  });
  const service = new AuditForwardsService({
    ...{ forwards, trail, sender, vault, platform: { audit, clock, newId } },
  });
  const schedule = forwardSchedule({ queue, trail, platform: { leases, log } });
  return {
    trail,
    service,
    sender,
    addRoutes: (http: HttpApi) => addAuditForwardRoutes(http, service),
    start: async () => {
      // Nobody signs in while this module does not start, so it needs no database but its own. The schedule is stored.
      await schedule.define(scheduler).catch((error: unknown) => {
        log.warn({ err: error }, 'schedule of audit forwarding not defined');
      });
      if (work) schedule.workHere();
    },
  };
}
