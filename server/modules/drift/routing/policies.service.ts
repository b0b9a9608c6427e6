import type { z } from 'zod';
import {
  type changeDriftPolicy,
  type DriftPolicy,
  IN_APP,
  type NewDriftPolicy,
} from '../../../../contract/drift.js';
import type { Audit } from '../../../platform/audit/audit.js';
import type { Actor } from '../../../platform/auth/actor.js';
import type { Clock, NewId } from '../../../platform/clock.js';
import { ConflictError, InvalidInputError, NotFoundError } from '../../../platform/errors.js';
import type { ChannelsRepository } from '../channels/channels.repository.js';
import type { PoliciesRepository } from './policies.repository.js';

export interface PoliciesDeps {
  policies: PoliciesRepository;
  channels: ChannelsRepository;
  audit: Audit;
  clock: Clock;
  newId: NewId;
}

const MAX_POLICIES = 100;

/** Notification policies: which drift goes to which channels. */
export class PoliciesService {
  constructor(private readonly deps: PoliciesDeps) {}

  async list(actor: Actor): Promise<{ items: DriftPolicy[] }> {
    return { items: await this.deps.policies.list(actor, this.#now()) };
  }

  async create(actor: Actor, given: z.output<typeof NewDriftPolicy>): Promise<DriftPolicy> {
    const { policies, audit, newId } = this.deps;
    await this.#checkChannels(actor, given.channels);
    if ((await policies.list(actor, this.#now())).length >= MAX_POLICIES) {
      throw new ConflictError(`there are ${MAX_POLICIES} policies; delete one first`);
    }
    const { teamId } = actor;
    const policy = { ...given, id: newId('policy'), teamId, updatedAt: this.#now() };
    await policies.add(actor, policy).catch(asTaken(given.name));
    await audit.record(actor, 'drift.policy_created', policy.id, { name: policy.name });
    return policy;
  }

  async change(
    actor: Actor,
    policyId: string,
    changes: z.output<NonNullable<typeof changeDriftPolicy.body>>,
  ): Promise<DriftPolicy> {
    const { policies, audit } = this.deps;
    if (changes.channels) await this.#checkChannels(actor, changes.channels);
    const changed = await policies
      .change(actor, policyId, { ...changes, updatedAt: this.#now() })
      .catch(asTaken(changes.name ?? ''));
    if (!changed) throw new NotFoundError('no such policy', { policyId });
    await audit.record(actor, 'drift.policy_changed', policyId, {
      fields: Object.keys(changes).join(','),
    });
    return changed;
  }

  async remove(actor: Actor, policyId: string): Promise<{ id: string }> {
    const { policies, audit } = this.deps;
    if (!(await policies.remove(actor, policyId))) {
      throw new NotFoundError('no such policy', { policyId });
    }
    await audit.record(actor, 'drift.policy_deleted', policyId);
    return { id: policyId };
  }

  async #checkChannels(actor: Actor, wanted: readonly string[]): Promise<void> {
    const known = new Set((await this.deps.channels.list(actor)).map(({ id }) => id));
    const unknown = wanted.filter((id) => id !== IN_APP && !known.has(id));
    if (unknown.length === 0) return;
    const message = `there is no channel ${unknown.join(', ')}`;
    throw new InvalidInputError(message, { errors: [{ path: 'body.channels', message }] });
  }

  #now(): string {
    return this.deps.clock.now().toISOString();
  }
}

function asTaken(name: string) {
  return (error: unknown): never => {
    if (!(error instanceof ConflictError)) throw error;
    throw new ConflictError(`a policy named “${name}” exists already`, { name }, { cause: error });
  };
}
