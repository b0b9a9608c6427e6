import type { z } from 'zod';
import type {
  AuditForward,
  createAuditForward,
  ForwardTarget,
} from '../../../../contract/audit-forwards.js';
import type { Audit } from '../../../platform/audit/audit.js';
import { type Actor, INSTALLATION, requirePermission } from '../../../platform/auth/actor.js';
import type { Clock, NewId } from '../../../platform/clock.js';
import { Secret } from '../../../platform/config/secret.js';
import { ConflictError, InvalidInputError, NotFoundError } from '../../../platform/errors.js';
import { newWebhookSecret } from '../../../platform/outbound/webhook-signature.js';
import type { KeptSecret, Vault } from '../../../platform/vault/vault.js';
import type { AuditForwardsRepository, StoredForward } from './audit-forwards.repository.js';
import type { ForwardSender } from './forward-sender.js';
import type { ForwardTrail } from './forward-trail.js';

export interface AuditForwardsDeps {
  forwards: AuditForwardsRepository;
  trail: Pick<ForwardTrail, 'send' | 'waiting'>;
  sender: Pick<ForwardSender, 'check'>;
  vault: Vault;
  platform: { audit: Audit; clock: Clock; newId: NewId };
}

const MAX_FORWARDS = 10;

/** Where a team's audit trail is forwarded to. */
export class AuditForwardsService {
  constructor(private readonly deps: AuditForwardsDeps) {}

  async list(actor: Actor): Promise<AuditForward[]> {
    const stored = await this.deps.forwards.list(actor);
    return Promise.all(stored.map((forward) => this.#shown(forward)));
  }

  async create(
    actor: Actor,
    { target, trail, fromStart }: z.output<NonNullable<typeof createAuditForward.body>>,
  ): Promise<AuditForward & { secret: string | null }> {
    const { forwards, sender, vault } = this.deps;
    const { audit, clock, newId } = this.deps.platform;
    if (trail === 'installation') requirePermission(actor, 'installation:write');
    await sender.check(target).catch(refuse);
    if ((await forwards.list(actor)).length >= MAX_FORWARDS) {
      throw new ConflictError(`there are ${MAX_FORWARDS} forwards; delete one first`);
    }
    const id = newId('forward');
    const { teamId } = actor;
    const secret = target.kind === 'webhook' && !target.secret ? newWebhookSecret() : null;
    const whole = secret === null ? target : { ...target, secret };
    const details = { kind: target.kind, trail, destination: destinationOf(target) };
    const sealed = await vault.seal(new Secret(JSON.stringify(whole)), placeOf({ teamId, id }));
    // Recorded first, so that the forward begins with the entry about itself.
    const scope = trail === 'installation' ? INSTALLATION : actor;
    const sentSeq = fromStart ? 0 : await audit.lastSeq(scope);
    await audit.record(actor, 'audit.forward_created', id, details);
    const stored: StoredForward = {
      ...{ id, teamId, ...details, enabled: true, sealed, sentSeq },
      createdAt: clock.now().toISOString(),
      ...{ lastSentAt: null, failures: 0, notBefore: null, failingSince: null, problem: null },
    };
    await forwards.add(stored);
    return { ...(await this.#shown(stored)), secret };
  }

  async change(actor: Actor, forwardId: string, enabled: boolean): Promise<AuditForward> {
    const { forwards, platform } = this.deps;
    const changed = await forwards.change(actor, forwardId, { enabled, notBefore: null });
    if (!changed) throw noSuchForward(forwardId);
    await platform.audit.record(actor, 'audit.forward_changed', forwardId, { enabled });
    return this.#shown(changed);
  }

  async remove(actor: Actor, forwardId: string): Promise<{ id: string }> {
    if (!(await this.deps.forwards.remove(actor, forwardId))) throw noSuchForward(forwardId);
    await this.deps.platform.audit.record(actor, 'audit.forward_deleted', forwardId);
    return { id: forwardId };
  }

  async send(actor: Actor, forwardId: string): Promise<AuditForward> {
    const { forwards, trail, platform } = this.deps;
    if (!(await forwards.get(actor, forwardId))) throw noSuchForward(forwardId);
    await platform.audit.record(actor, 'audit.forward_requested', forwardId);
    await trail.send(actor, forwardId);
    const stored = await forwards.get(actor, forwardId);
    if (!stored) throw noSuchForward(forwardId);
    return this.#shown(stored);
  }

  async open(forward: StoredForward): Promise<ForwardTarget> {
    const opened = await this.deps.vault.open(forward.sealed, placeOf(forward));
    return JSON.parse(opened.reveal()) as ForwardTarget;
  }

  async #shown(forward: StoredForward): Promise<AuditForward> {
    const waiting = await this.deps.trail.waiting(forward);
    const { sealed: _, teamId: __, failures: ___, notBefore: ____, ...rest } = forward;
    const { enabled, failingSince } = forward;
    const working = failingSince ? 'failing' : waiting > 0 ? 'sending' : 'up_to_date';
    return { ...rest, waiting, state: enabled ? working : 'off' };
  }
}

/** The stored targets, for a rotation of the master key. */
export async function* keptForwards(forwards: AuditForwardsRepository): AsyncIterable<KeptSecret> {
  for (const forward of await forwards.all()) {
    yield {
      place: placeOf(forward),
      sealed: forward.sealed,
      replace: (sealed) => forwards.replaceSealed(forward, sealed),
    };
  }
}

function placeOf({ teamId, id }: Pick<StoredForward, 'teamId' | 'id'>): string {
  return `audit-forward/${teamId}/${id}`;
}

function destinationOf(target: ForwardTarget): string {
  if (target.kind === 'webhook') return new URL(target.url).host;
  return `${target.host}:${target.port} (${target.transport})`;
}

function refuse(error: unknown): never {
  const message = error instanceof Error ? error.message : 'cannot be called';
  throw new InvalidInputError(message, { errors: [{ path: 'body.target', message }] });
}

function noSuchForward(forwardId: string): NotFoundError {
  return new NotFoundError('no such forward', { forwardId });
}
