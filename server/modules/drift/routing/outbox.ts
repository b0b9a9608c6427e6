import type { Clock } from '../../../platform/clock.js';
import type { TeamScope } from '../../../platform/database/collection.js';
import type { ChannelsRepository, StoredChannel } from '../channels/channels.repository.js';
import type { DeliverJobs } from '../channels/deliver.jobs.js';
import type { DeliveriesRepository, StoredDelivery } from '../channels/deliveries.repository.js';
import type { EpisodeChange } from '../episodes/episode-life.rules.js';
import { joined, type Message } from './message.js';
import { outsideRepeatWindow, throttleKey } from './routing.rules.js';

export interface OutboxDeps {
  deliveries: DeliveriesRepository;
  channels: Pick<ChannelsRepository, 'get'>;
  jobs: Pick<DeliverJobs, 'enqueue'>;
  clock: Clock;
}

const HOUR_MS = 3_600_000;

/** Messages on their way to channels: no repeats within a window, and at most as many an hour as the channel allows. */
export class Outbox {
  constructor(private readonly deps: OutboxDeps) {}

  /** The changes that the channel did not get within the last `repeatHours`. */
  async unsent(
    team: TeamScope,
    channelId: string,
    changes: readonly EpisodeChange[],
    repeatHours: number,
  ): Promise<EpisodeChange[]> {
    const keys = changes.map(throttleKey);
    const lastSentAt = await this.deps.deliveries.lastSentAt(team, channelId, keys);
    return outsideRepeatWindow(changes, lastSentAt, { now: this.#now(), repeatHours });
  }

  recordSent(team: TeamScope, channelId: string, changes: readonly EpisodeChange[]) {
    const keys = changes.map(throttleKey);
    return this.deps.deliveries.recordSent(team, channelId, keys, this.#now());
  }

  /** Sends the message, or holds it when the channel reached its hourly limit. */
  async add(team: TeamScope, channel: StoredChannel, id: string, message: Message): Promise<void> {
    const { deliveries, jobs } = this.deps;
    const now = this.#now();
    const isUnderLimit = await this.#isUnderLimit(team, channel);
    const isNew = await deliveries.add(team, {
      id,
      teamId: team.teamId,
      channelId: channel.id,
      kind: message.kind,
      status: isUnderLimit ? 'pending' : 'held',
      subject: message.subject,
      events: message.total,
      attempts: 0,
      responseStatus: null,
      response: null,
      problem: isUnderLimit ? null : 'held back: the channel reached its hourly limit',
      createdAt: now,
      lastAttemptAt: null,
      message,
      releasedAt: isUnderLimit ? now : null,
    });
    if (isNew && isUnderLimit) await jobs.enqueue(team, id);
  }

  /** Sends held messages as one once the channel is under its limit, and enqueues deliveries that the queue lost. */
  async release(team: TeamScope): Promise<void> {
    const { deliveries, channels, jobs } = this.deps;
    const held = new Map<string, StoredDelivery[]>();
    for (const one of await deliveries.held(team)) {
      held.set(one.channelId, [...(held.get(one.channelId) ?? []), one]);
    }
    for (const [channelId, its] of held) {
      const channel = await channels.get(team, channelId);
      const [first, ...rest] = its;
      if (!first || !channel || !(await this.#isUnderLimit(team, channel))) continue;
      const message = joined(its.map((one) => one.message));
      await deliveries.change(team, first.id, {
        ...{ message, subject: message.subject, kind: message.kind, status: 'pending' },
        events: message.total,
        releasedAt: this.#now(),
      });
      for (const { id } of rest) await deliveries.remove(team, id);
    }
    for (const { id } of await deliveries.pending(team)) await jobs.enqueue(team, id);
  }

  async #isUnderLimit(team: TeamScope, { id, maxPerHour }: StoredChannel): Promise<boolean> {
    const since = new Date(this.deps.clock.now().getTime() - HOUR_MS).toISOString();
    return (await this.deps.deliveries.releasedSince(team, id, since)) < maxPerHour;
  }

  #now(): string {
    return this.deps.clock.now().toISOString();
  }
}
