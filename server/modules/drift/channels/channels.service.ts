import type { z } from 'zod';
import type {
  ChannelTarget,
  changeDriftChannel,
  createDriftChannel,
  DriftChannel,
  DriftDelivery,
} from '../../../../contract/drift.js';
import type { Actor } from '../../../platform/auth/actor.js';
import { ConflictError, InvalidInputError, NotFoundError } from '../../../platform/errors.js';
import { newWebhookSecret } from '../../../platform/outbound/webhook-signature.js';
import type { Platform } from '../../../platform/platform.js';
import { testMessage } from '../routing/message.js';
import type { PoliciesRepository } from '../routing/policies.repository.js';
import type { ChannelTargets } from './channel-targets.js';
import type { ChannelsRepository, StoredChannel } from './channels.repository.js';
import type { DeliverJobs } from './deliver.jobs.js';
import type { DeliveriesRepository } from './deliveries.repository.js';

export interface ChannelsDeps {
  channels: ChannelsRepository;
  deliveries: DeliveriesRepository;
  policies: PoliciesRepository;
  jobs: Pick<DeliverJobs, 'attempt'>;
  targets: ChannelTargets;
  platform: Pick<Platform, 'audit' | 'clock' | 'newId'>;
}

const MAX_CHANNELS = 50;

/** Where drift notifications are sent, besides the web app. */
export class ChannelsService {
  constructor(private readonly deps: ChannelsDeps) {}

  async list(actor: Actor): Promise<{ items: DriftChannel[]; mail: boolean }> {
    const stored = await this.deps.channels.list(actor);
    const items = await Promise.all(stored.map((channel) => this.#shown(actor, channel)));
    return { items, mail: this.deps.targets.canMail };
  }

  async create(
    actor: Actor,
    { name, target, maxPerHour }: z.output<NonNullable<typeof createDriftChannel.body>>,
  ): Promise<DriftChannel & { secret: string | null }> {
    const { channels, targets } = this.deps;
    const { audit, clock, newId } = this.deps.platform;
    await targets.check(target);
    if ((await channels.list(actor)).length >= MAX_CHANNELS) {
      throw new ConflictError(`there are ${MAX_CHANNELS} channels; delete one first`);
    }
    const id = newId('channel');
    const { whole, made } = withSecret(target);
    const stored: StoredChannel = {
      ...{ id, teamId: actor.teamId, kind: target.kind, name, enabled: true, maxPerHour },
      destination: destinationOf(target),
      createdAt: clock.now().toISOString(),
      sealed: await targets.seal(actor, id, whole),
    };
    await channels.add(actor, stored).catch(asTaken(name));
    await audit.record(actor, 'drift.channel_created', id, { name, kind: target.kind });
    return { ...(await this.#shown(actor, stored)), secret: made };
  }

  async change(
    actor: Actor,
    channelId: string,
    { target, ...rest }: z.output<NonNullable<typeof changeDriftChannel.body>>,
  ): Promise<DriftChannel> {
    const { channels, targets, platform } = this.deps;
    const known = await this.#get(actor, channelId);
    const set: Partial<StoredChannel> = { ...rest };
    if (target) {
      if (target.kind !== known.kind) {
        throw new InvalidInputError('a channel’s type cannot be changed; create a new channel', {
          errors: [{ path: 'body.target.kind', message: `is ${known.kind}` }],
        });
      }
      await targets.check(target);
      const before = await targets.open(actor, known);
      const secret = before.kind === 'webhook' ? before.secret : undefined;
      const whole =
        target.kind === 'webhook' ? { ...target, secret: target.secret ?? secret } : target;
      set.destination = destinationOf(target);
      set.sealed = await targets.seal(actor, channelId, whole);
    }
    const changed = await channels.change(actor, channelId, set).catch(asTaken(rest.name ?? ''));
    if (!changed) throw noSuchChannel(channelId);
    await platform.audit.record(actor, 'drift.channel_changed', channelId, {
      fields: [...Object.keys(rest), ...(target ? ['target'] : [])].join(','),
    });
    return this.#shown(actor, changed);
  }

  /** Removes it from policies too; a policy without any channel left is switched off. */
  async remove(actor: Actor, channelId: string): Promise<{ id: string }> {
    const { channels, deliveries, policies } = this.deps;
    const { audit, clock } = this.deps.platform;
    if (!(await channels.remove(actor, channelId))) throw noSuchChannel(channelId);
    const now = clock.now().toISOString();
    for (const policy of await policies.list(actor, now)) {
      if (!policy.channels.includes(channelId)) continue;
      const left = policy.channels.filter((id) => id !== channelId);
      const enabled = policy.enabled && left.length > 0;
      await policies.change(actor, policy.id, { channels: left, enabled, updatedAt: now });
    }
    await deliveries.removeOf(actor, channelId);
    await audit.record(actor, 'drift.channel_deleted', channelId);
    return { id: channelId };
  }

  /** Sends at once and returns the outcome, which is in the delivery log too. */
  async test(actor: Actor, channelId: string): Promise<DriftDelivery> {
    const { deliveries, jobs } = this.deps;
    const { audit, clock, newId } = this.deps.platform;
    await this.#get(actor, channelId);
    const now = clock.now().toISOString();
    const message = testMessage(now);
    const id = newId('msg');
    const delivery = {
      ...{ id, teamId: actor.teamId, channelId, kind: message.kind, subject: message.subject },
      ...{ status: 'pending' as const, events: 0, attempts: 0, message, createdAt: now },
      ...{ responseStatus: null, response: null, problem: null, lastAttemptAt: null },
      releasedAt: now,
    };
    await deliveries.add(actor, delivery);
    await jobs.attempt(actor, id, true);
    await audit.record(actor, 'drift.channel_tested', channelId);
    return (await deliveries.get(actor, id)) ?? delivery;
  }

  async deliveries(actor: Actor, channelId: string, page: { limit: number; cursor?: string }) {
    await this.#get(actor, channelId);
    return this.deps.deliveries.page(actor, channelId, page);
  }

  async #get(actor: Actor, channelId: string): Promise<StoredChannel> {
    const known = await this.deps.channels.get(actor, channelId);
    if (!known) throw noSuchChannel(channelId);
    return known;
  }

  async #shown(actor: Actor, channel: StoredChannel): Promise<DriftChannel> {
    const last = await this.deps.deliveries.last(actor, channel.id);
    const { sealed: _, teamId: __, ...rest } = channel;
    return { ...rest, lastDelivery: last && { status: last.status, at: last.createdAt } };
  }
}

function withSecret(target: ChannelTarget): { whole: ChannelTarget; made: string | null } {
  if (target.kind !== 'webhook' || target.secret) return { whole: target, made: null };
  const made = newWebhookSecret();
  return { whole: { ...target, secret: made }, made };
}

function destinationOf(target: ChannelTarget): string {
  return target.kind === 'email' ? target.to.join(', ') : new URL(target.url).host;
}

function noSuchChannel(channelId: string): NotFoundError {
  return new NotFoundError('no such channel', { channelId });
}

function asTaken(name: string) {
  return (error: unknown): never => {
    if (!(error instanceof ConflictError)) throw error;
    throw new ConflictError(`a channel named “${name}” exists already`, { name }, { cause: error });
  };
}
