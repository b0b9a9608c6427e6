import type { z } from 'zod';
import type {
  approveEvidence,
  EvidenceDetail,
  EvidenceReview,
  EvidenceSettings,
} from '../../../../contract/evidence.js';
import type { Actor } from '../../../platform/auth/actor.js';
import { ConflictError, ForbiddenError, InvalidInputError } from '../../../platform/errors.js';
import type { Platform } from '../../../platform/platform.js';
import { evidenceSettled } from '../evidence.events.js';
import type { StoredEvidence } from '../items/evidence-item.js';
import { type EvidenceItemsRepository, rejectRace } from '../items/evidence-items.repository.js';
import type { EvidenceItemsService } from '../items/evidence-items.service.js';
import type { EvidenceSettingsRepository } from '../settings/settings.repository.js';
import type { AnswersByEvidence, NewAnswers } from './answers-by-evidence.js';
import { changedSince, mayApprove, type ReviewAction, reviewed } from './review.rules.js';

const MAX_REVIEWS = 200;

export interface ReviewsDeps {
  items: EvidenceItemsRepository;
  service: EvidenceItemsService;
  settings: EvidenceSettingsRepository;
  answers: AnswersByEvidence;
  platform: Pick<Platform, 'audit' | 'events' | 'clock'>;
}

/** Reviews of evidence. Approval makes an item count; only an explicit answer changes a control. */
export class ReviewsService {
  constructor(private readonly deps: ReviewsDeps) {}

  async submit(actor: Actor, evidenceId: string, comment?: string): Promise<EvidenceDetail> {
    const item = await this.deps.service.require(actor, evidenceId);
    return this.#detail(actor, await this.#move(actor, item, 'submitted', comment ?? null));
  }

  async approve(
    actor: Actor,
    evidenceId: string,
    { comment, answers, seenAt }: z.output<NonNullable<typeof approveEvidence.body>>,
  ): Promise<EvidenceDetail> {
    const { service, settings } = this.deps;
    const item = await service.require(actor, evidenceId);
    if (!mayApprove(item, actor, await settings.get(actor))) {
      throw new ConflictError(
        'a second reviewer is required: another person must approve what you uploaded or changed',
      );
    }
    if (seenAt !== undefined && changedSince(item, seenAt)) {
      throw new ConflictError(
        'this evidence was changed since you opened it; reload it before you approve it',
      );
    }
    if (answers) {
      checkAnswers(actor, item, answers);
      await this.deps.answers.check(actor, answers, this.#now());
    }
    const approved = await this.#move(actor, item, 'approved', comment ?? null);
    if (answers) {
      await this.deps.answers.give(actor, approved, answers, this.#now());
    }
    const settled = { teamId: approved.teamId, evidenceId: approved.id };
    await this.deps.platform.events.emit(evidenceSettled, settled);
    return this.#detail(actor, approved);
  }

  async reject(actor: Actor, evidenceId: string, reason: string): Promise<EvidenceDetail> {
    const item = await this.deps.service.require(actor, evidenceId);
    const rejected = await this.#move(actor, item, 'rejected', reason);
    await this.deps.answers.withdraw(actor, item);
    return this.#detail(actor, rejected);
  }

  /** Requests a newer revision; the current one counts until it expires. */
  async requestRenewal(actor: Actor, evidenceId: string, reason: string): Promise<EvidenceDetail> {
    const { service, items, platform } = this.deps;
    const item = await service.require(actor, evidenceId);
    if (item.deletedAt !== null)
      throw new ConflictError('this evidence was removed; restore it first');
    if (item.uploaderId === null) {
      throw new ConflictError('this was collected automatically; scan again to renew it');
    }
    const now = this.#now();
    const reviews = withReview(item, this.#entry(actor, item, 'renewal_requested', reason));
    const requested =
      (await items.change(item, { reviews, renewalRequestedAt: now })) ?? rejectRace();
    await platform.audit.record(actor, 'evidence.renewal_requested', item.id, { reason });
    return this.#detail(actor, requested);
  }

  settings(actor: Actor): Promise<EvidenceSettings> {
    return this.deps.settings.get(actor);
  }

  async putSettings(actor: Actor, value: EvidenceSettings): Promise<EvidenceSettings> {
    await this.deps.settings.put(actor, value);
    await this.deps.platform.audit.record(actor, 'evidence.settings_changed', actor.teamId, {
      ...value,
    });
    return value;
  }

  async #move(
    actor: Actor,
    item: StoredEvidence,
    action: ReviewAction,
    reason: string | null,
  ): Promise<StoredEvidence> {
    const { items, platform } = this.deps;
    const next = reviewed(item, action, this.#now());
    if ('problem' in next) throw new ConflictError(next.problem, { state: item.state });
    const reviews = withReview(item, this.#entry(actor, item, action, reason));
    const changedBy = action === 'approved' ? [] : item.changedBy;
    const moved =
      (await items.change(item, { reviews, state: next.to, changedBy })) ?? rejectRace();
    await platform.audit.record(actor, `evidence.${action}`, item.id, {
      revision: item.revision,
      reason,
    });
    return moved;
  }

  #entry(
    actor: Actor,
    item: StoredEvidence,
    action: EvidenceReview['action'],
    reason: string | null,
  ): EvidenceReview {
    const ownWork = item.uploaderId === actor.userId;
    const { revision } = item;
    return { at: this.#now(), actor: actor.name, action, revision, reason, ownWork };
  }

  async #detail(actor: Actor, { id }: StoredEvidence): Promise<EvidenceDetail> {
    return this.deps.service.get(actor, id);
  }

  #now(): string {
    return this.deps.platform.clock.now().toISOString();
  }
}

function withReview({ reviews }: StoredEvidence, review: EvidenceReview): EvidenceReview[] {
  return [...reviews, review].slice(-MAX_REVIEWS);
}

function checkAnswers(actor: Actor, item: StoredEvidence, { controls }: NewAnswers): void {
  if (!actor.permissions.includes('compliance:write')) {
    throw new ForbiddenError('answering for controls needs the permission compliance:write');
  }
  const foreign = controls.filter(({ controlId }) => !item.controlIds.includes(controlId));
  if (foreign.length === 0) return;
  const names = foreign.map(({ controlId }) => controlId).join(', ');
  const message = `this evidence is not linked to ${names}; link it first`;
  throw new InvalidInputError(message, { errors: [{ path: 'body.answers.controls', message }] });
}
