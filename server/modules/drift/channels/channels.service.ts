import type { z } from 'zod';
import type {
  ChannelTarget,
  changeDriftChannel,
  createDriftChannel,
  DriftChannel,
  DriftDelivery,
} from '../../../../contract/drift.js';
import type { Audit } from '../../../platform/audit/audit.js';
import type { Actor } from '../../../platform/auth/actor.js';
import type { Clock, NewId } from '../../../platform/clock.js';
import { Secret } from '../../../platform/config/secret.js';
import type { TeamScope } from '../../../platform/database/collection.js';
import { ConflictError, InvalidInputError, NotFoundError } from '../../../platform/errors.js';
import type { OutboundGuard } from '../../../platform/outbound/outbound-guard.js';
import type { Vault } from '../../../platform/vault/vault.js';
import { testMessage } from '../routing/message.js';
import type { PoliciesRepository } from '../routing/policies.repository.js';
import type { ChannelsRepository, StoredChannel } from './channels.repository.js';
import type { DeliverJobs } from './deliver.jobs.js';
import type { DeliveriesRepository } from './deliveries.repository.js';
import { newWebhookSecret } from './webhook-signature.js';

export interface ChannelsDeps {
  channels: ChannelsRepository;
  deliveries: DeliveriesRepository;
  policies: PoliciesRepository;
  jobs: Pick<DeliverJobs, 'attempt'>;
  guard: Pick<OutboundGuard, 'check'>;
  canMail: boolean;
  vault: Vault;
  audit: Audit;
  clock: Clock;
  newId: NewId;
}

const MAX_CHANNELS = 50;

/** Where drift is told. What it takes to reach a channel lies in the vault and is never returned. */
export class ChannelsService {
  constructor(private readonly deps: ChannelsDeps) {}

  async list(actor: Actor): Promise<{ items: DriftChannel[]; mail: boolean }> {
    const stored = await this.deps.channels.list(actor);
    const items = await Promise.all(stored.map((channel) => this.#shown(actor, channel)));
    return { items, mail: this.deps.canMail };
  }

  async create(
    actor: Actor,
    { name, target, maxPerHour }: z.output<NonNullable<typeof createDriftChannel.body>>,
  ): Promise<DriftChannel & { secret: string | null }> {
    const { channels, vault, audit, clock, newId } = this.deps;
    await this.#check(target);
    if ((await channels.list(actor)).length >= MAX_CHANNELS) {
      throw new ConflictError(`there are ${MAX_CHANNELS} channels; delete one first`);
    }
    const id = newId('channel');
    const { whole, made } = withSecret(target);
    const stored: StoredChannel = {
      ...{ id, teamId: actor.teamId, kind: target.kind, name, enabled: true, maxPerHour },
      destination: destinationOf(target),
      createdAt: clock.now().toISOString(),
      sealed: await vault.seal(new Secret(JSON.stringify(whole)), placeOf(actor, id)),
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
    const { channels, vault, audit } = this.deps;
    const known = await this.#get(actor, channelId);
    const set: Partial<StoredChannel> = { ...rest };
    if (target) {
      if (target.kind !== known.kind) {
        throw new InvalidInputError('a channel keeps its kind; add another one', {
          errors: [{ path: 'body.target.kind', message: `is ${known.kind}` }],
        });
      }
      await this.#check(target);
      const before = await this.targetOf(actor, known);
      const secret = before.kind === 'webhook' ? before.secret : undefined;
      const whole =
        target.kind === 'webhook' ? { ...target, secret: target.secret ?? secret } : target;
      set.destination = destinationOf(target);
      set.sealed = await vault.seal(new Secret(JSON.stringify(whole)), placeOf(actor, channelId));
    }
    const changed = await channels.change(actor, channelId, set).catch(asTaken(rest.name ?? ''));
    if (!changed) throw noSuchChannel(channelId);
    await audit.record(actor, 'drift.channel_changed', channelId, {
      fields: [...Object.keys(rest), ...(target ? ['target'] : [])].join(','),
    });
    return this.#shown(actor, changed);
  }

  /** Also from the policies; one that has no channel left is switched off. */
  async remove(actor: Actor, channelId: string): Promise<{ id: string }> {
    const { channels, deliveries, policies, audit, clock } = this.deps;
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

  /** Sends at once and answers how it went; the delivery log has it too. */
  async test(actor: Actor, channelId: string): Promise<DriftDelivery> {
    const { deliveries, jobs, audit, clock, newId } = this.deps;
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

  /** What it takes to reach it. For sending only. */
  async targetOf(team: TeamScope, { id, sealed }: StoredChannel): Promise<ChannelTarget> {
    const opened = await this.deps.vault.open(sealed, placeOf(team, id));
    return JSON.parse(opened.reveal()) as ChannelTarget;
  }

  async #get(actor: Actor, channelId: string): Promise<StoredChannel> {
    const known = await this.deps.channels.get(actor, channelId);
    if (!known) throw noSuchChannel(channelId);
    return known;
  }

  /** Now, so that who enters it is told; and again at every sending, since names change. */
  async #check(target: ChannelTarget): Promise<void> {
    if (target.kind === 'email') {
      if (this.deps.canMail) return;
      throw new ConflictError('this server sends no mail: set SMTP_URL and SMTP_FROM');
    }
    await this.deps.guard.check(target.url).catch((error: unknown) => {
      const message = error instanceof Error ? error.message : 'cannot be called';
      throw new InvalidInputError(message, { errors: [{ path: 'body.target.url', message }] });
    });
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

function placeOf({ teamId }: TeamScope, channelId: string): string {
  return `drift-channel/${teamId}/${channelId}`;
}

function noSuchChannel(channelId: string): NotFoundError {
  return new NotFoundError('no such channel', { channelId });
}

function asTaken(name: string) {
  return (error: unknown): never => {
    if (!(error instanceof ConflictError)) throw error;
    throw new ConflictError(
      `there is a channel named “${name}” already`,
      { name },
      { cause: error },
    );
  };
}
