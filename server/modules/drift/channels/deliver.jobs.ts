import { z } from 'zod';
import type { Clock } from '../../../platform/clock.js';
import type { TeamScope } from '../../../platform/database/collection.js';
import { type Job, type JobQueue, jobType } from '../../../platform/queue/job-queue.js';
import type { ChannelTargets } from './channel-targets.js';
import type { ChannelsRepository } from './channels.repository.js';
import type { DeliveriesRepository, StoredDelivery } from './deliveries.repository.js';
import type { Attempt, Sender } from './sender.js';

/** Attempts spread over some 20 minutes. */
export const deliver = jobType('drift.deliver', z.object({ deliveryId: z.string() }), {
  attempts: 8,
  backoffMs: 5_000,
  maxBackoffMs: 10 * 60_000,
  concurrency: 4,
  timeoutMs: 60_000,
});

export interface DeliverJobsDeps {
  queue: JobQueue;
  deliveries: DeliveriesRepository;
  channels: ChannelsRepository;
  sender: Sender;
  targets: Pick<ChannelTargets, 'open'>;
  clock: Clock;
}

/** Sends pending deliveries, and retries those that may succeed later. */
export class DeliverJobs {
  constructor(private readonly deps: DeliverJobsDeps) {}

  work(): void {
    this.deps.queue.work(deliver, (job) => this.#run(job));
  }

  async enqueue({ teamId }: TeamScope, deliveryId: string): Promise<void> {
    const payload = { deliveryId };
    await this.deps.queue.enqueue(deliver, { teamId, payload, dedupeKey: deliveryId });
  }

  /** Makes one attempt and records it. Returns null when there is nothing to send any more. */
  async attempt(team: TeamScope, deliveryId: string, isLast: boolean): Promise<Attempt | null> {
    const { deliveries, channels, sender, targets, clock } = this.deps;
    const delivery = await deliveries.get(team, deliveryId);
    if (delivery?.status !== 'pending') return null;
    const channel = await channels.get(team, delivery.channelId);
    if (!channel?.enabled && delivery.kind !== 'test') {
      await this.#end(team, delivery, 'failed', 'the channel is switched off');
      return null;
    }
    if (!channel) return null;
    const at = clock.now();
    const { teamId } = team;
    const parcel = { id: delivery.id, teamId, message: delivery.message, at };
    const attempt = await sender.send(await targets.open(team, channel), parcel);
    const { ok, again, responseStatus, response, problem } = attempt;
    await deliveries.change(team, deliveryId, {
      ...{ responseStatus, response, problem },
      attempts: delivery.attempts + 1,
      lastAttemptAt: at.toISOString(),
      status: ok ? 'sent' : again && !isLast ? 'pending' : 'failed',
    });
    return attempt;
  }

  async #run({ teamId, payload, attempt: tries }: Job<{ deliveryId: string }>): Promise<void> {
    const isLast = tries >= deliver.attempts;
    const attempt = await this.attempt({ teamId }, payload.deliveryId, isLast);
    if (!attempt || attempt.ok) return;
    // The delivery log has the failure already, so the job does not fail too.
    if (attempt.again && !isLast)
      throw new Error(attempt.problem ?? 'the message was not accepted');
  }

  #end(team: TeamScope, { id }: StoredDelivery, status: 'failed', problem: string) {
    return this.deps.deliveries.change(team, id, { status, problem });
  }
}
