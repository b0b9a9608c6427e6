import type { ChannelTarget } from '../../../../contract/drift.js';
import { Secret } from '../../../platform/config/secret.js';
import type { TeamScope } from '../../../platform/database/collection.js';
import { ConflictError, InvalidInputError } from '../../../platform/errors.js';
import type { OutboundGuard } from '../../../platform/outbound/outbound-guard.js';
import type { KeptSecret, Vault } from '../../../platform/vault/vault.js';
import type { ChannelsRepository, StoredChannel } from './channels.repository.js';

export interface ChannelTargetsDeps {
  vault: Vault;
  guard: Pick<OutboundGuard, 'check'>;
  canMail: boolean;
}

/** Addresses and secrets of channels: stored sealed, opened for sending only, never returned to clients. */
export class ChannelTargets {
  constructor(private readonly deps: ChannelTargetsDeps) {}

  get canMail(): boolean {
    return this.deps.canMail;
  }

  /** Rejects an address at once, so that the person who enters it sees why. Names change, so every send checks again. */
  async check(target: ChannelTarget): Promise<void> {
    if (target.kind === 'email') {
      if (this.deps.canMail) return;
      throw new ConflictError('this server sends no mail: set SMTP_URL and SMTP_FROM');
    }
    await this.deps.guard.check(target.url).catch((error: unknown) => {
      const message = error instanceof Error ? error.message : 'cannot be called';
      throw new InvalidInputError(message, { errors: [{ path: 'body.target.url', message }] });
    });
  }

  seal(team: TeamScope, channelId: string, target: ChannelTarget) {
    return this.deps.vault.seal(new Secret(JSON.stringify(target)), placeOf(team, channelId));
  }

  async open(team: TeamScope, { id, sealed }: StoredChannel): Promise<ChannelTarget> {
    const opened = await this.deps.vault.open(sealed, placeOf(team, id));
    return JSON.parse(opened.reveal()) as ChannelTarget;
  }
}

/** The stored targets, for a rotation of the master key. */
export async function* keptTargets(channels: ChannelsRepository): AsyncIterable<KeptSecret> {
  for await (const channel of channels.all()) {
    yield {
      place: placeOf(channel, channel.id),
      sealed: channel.sealed,
      replace: (sealed) => channels.replaceSealed(channel, sealed),
    };
  }
}

function placeOf({ teamId }: TeamScope, channelId: string): string {
  return `drift-channel/${teamId}/${channelId}`;
}
