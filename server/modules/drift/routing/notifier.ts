import { type DriftSettings, IN_APP } from '../../../../contract/drift.js';
import type { Clock } from '../../../platform/clock.js';
import type { TeamScope } from '../../../platform/database/collection.js';
import type { ChannelsRepository, StoredChannel } from '../channels/channels.repository.js';
import type { DeliverJobs } from '../channels/deliver.jobs.js';
import type { DeliveriesRepository, StoredDelivery } from '../channels/deliveries.repository.js';
import type { DriftSettingsRepository } from '../episodes/drift-settings.repository.js';
import type { EpisodeChange } from '../episodes/episode-life.rules.js';
import type { NotificationsRepository } from '../notifications/notifications.repository.js';
import { idOfMessage, type Message, messageOf } from './message.js';
import type { PoliciesRepository } from './policies.repository.js';
import { bundled, byChannel, outsideRepeatWindow, throttleKey } from './routing.rules.js';

export interface NotifierDeps {
  policies: PoliciesRepository;
  channels: ChannelsRepository;
  deliveries: DeliveriesRepository;
  notifications: NotificationsRepository;
  settings: DriftSettingsRepository;
  jobs: DeliverJobs;
  clock: Clock;
}

const HOUR_MS = 3_600_000;

/** Sends changes of drift to the channels of the policies: no repeats within a window, many as one digest, and at most so many an hour as the channel allows. */
export class Notifier {
  constructor(private readonly deps: NotifierDeps) {}

  async notify(team: TeamScope, changes: readonly EpisodeChange[]): Promise<void> {
    const { policies, channels, settings: settingsOf } = this.deps;
    const now = this.#now();
    const [wanted, known, settings] = await Promise.all([
      policies.list(team, now),
      channels.list(team),
      settingsOf.get(team),
    ]);
    for (const [channelId, its] of byChannel(changes, wanted)) {
      const channel = known.find(({ id }) => id === channelId) ?? null;
      if (channelId !== IN_APP && !channel?.enabled) continue;
      await this.#notifyChannel(team, { channelId, channel, changes: its, settings, now });
    }
  }

  /** Sends held messages as one once the channel is under its hourly limit, and enqueues deliveries that the queue lost. */
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

  async #notifyChannel(
    team: TeamScope,
    given: {
      channelId: string;
      channel: StoredChannel | null;
      changes: readonly EpisodeChange[];
      settings: DriftSettings;
      now: string;
    },
  ): Promise<void> {
    const { deliveries } = this.deps;
    const { channelId, channel, settings, now } = given;
    const { repeatHours, digestAbove } = settings;
    const lastSentAt = await deliveries.lastSentAt(team, channelId, given.changes.map(throttleKey));
    const fresh = outsideRepeatWindow(given.changes, lastSentAt, { now, repeatHours });
    for (const bundle of bundled(fresh, digestAbove)) {
      const message = messageOf(bundle, now);
      const id = idOfMessage(`${team.teamId}/${channelId}`, bundle);
      if (channel) await this.#queue(team, channel, id, message);
      else await this.#addNotification(team, id, message);
      await deliveries.recordSent(team, channelId, bundle.map(throttleKey), now);
    }
  }

  async #addNotification(team: TeamScope, id: string, message: Message): Promise<void> {
    const [line] = message.lines;
    const isOne = message.total === 1;
    await this.deps.notifications.add(team, {
      id,
      teamId: team.teamId,
      title: message.subject,
      text: isOne ? (line?.text ?? '') : message.lines.map(({ title }) => title).join(' · '),
      severity: message.severity,
      eventId: isOne ? (line?.eventId ?? null) : null,
      at: message.at,
      readBy: [],
    });
  }

  async #queue(team: TeamScope, channel: StoredChannel, id: string, message: Message) {
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

  async #isUnderLimit(team: TeamScope, { id, maxPerHour }: StoredChannel): Promise<boolean> {
    const since = new Date(this.deps.clock.now().getTime() - HOUR_MS).toISOString();
    return (await this.deps.deliveries.releasedSince(team, id, since)) < maxPerHour;
  }

  #now(): string {
    return this.deps.clock.now().toISOString();
  }
}

function joined(messages: readonly Message[]): Message {
  const [first] = messages;
  if (!first || messages.length === 1) return first as Message;
  const total = messages.reduce((sum, message) => sum + message.total, 0);
  return {
    ...first,
    kind: 'digest',
    subject: `${total} held-back changes in compliance`,
    lines: messages.flatMap(({ lines }) => lines).slice(0, 20),
    total,
  };
}
