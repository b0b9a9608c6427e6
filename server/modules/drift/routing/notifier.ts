import { type DriftSettings, IN_APP } from '../../../../contract/drift.js';
import type { Clock } from '../../../platform/clock.js';
import type { TeamScope } from '../../../platform/database/collection.js';
import type { ChannelsRepository, StoredChannel } from '../channels/channels.repository.js';
import type { DriftSettingsRepository } from '../episodes/drift-settings.repository.js';
import type { EpisodeChange } from '../episodes/episode-life.rules.js';
import type { NotificationsRepository } from '../notifications/notifications.repository.js';
import { idOfMessage, type Message, messageOf } from './message.js';
import type { Outbox } from './outbox.js';
import type { PoliciesRepository } from './policies.repository.js';
import { bundled, byChannel } from './routing.rules.js';

export interface NotifierDeps {
  policies: PoliciesRepository;
  channels: ChannelsRepository;
  notifications: NotificationsRepository;
  settings: DriftSettingsRepository;
  outbox: Outbox;
  clock: Clock;
}

/** Sends changes of drift to the channels that policies name, many changes as one digest. */
export class Notifier {
  constructor(private readonly deps: NotifierDeps) {}

  async notify(team: TeamScope, changes: readonly EpisodeChange[]): Promise<void> {
    const { policies, channels, settings: settingsOf, clock } = this.deps;
    const now = clock.now().toISOString();
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
    const { outbox } = this.deps;
    const { channelId, channel, changes, settings, now } = given;
    const unsent = await outbox.unsent(team, channelId, changes, settings.repeatHours);
    for (const bundle of bundled(unsent, settings.digestAbove)) {
      const message = messageOf(bundle, now);
      const id = idOfMessage(`${team.teamId}/${channelId}`, bundle);
      if (channel) await outbox.add(team, channel, id, message);
      else await this.#addNotification(team, id, message);
      await outbox.recordSent(team, channelId, bundle);
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
}
