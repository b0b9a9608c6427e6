import type { z } from 'zod';
import type {
  changeEvidence,
  EvidenceDetail,
  EvidenceSettings,
  reviseEvidence,
  uploadEvidence,
} from '../../../../contract/evidence.js';
import type { Actor } from '../../../platform/auth/actor.js';
import type { TeamScope } from '../../../platform/database/collection.js';
import { ConflictError, NotFoundError, UnavailableError } from '../../../platform/errors.js';
import type { Upload } from '../../../platform/http/http-api.js';
import type { Platform } from '../../../platform/platform.js';
import type { Compliance } from '../../compliance/index.js';
import { evidenceSettled } from '../evidence.events.js';
import type { AnswersByEvidence } from '../reviews/answers-by-evidence.js';
import { mayApprove } from '../reviews/review.rules.js';
import type { EvidenceSettingsRepository } from '../settings/settings.repository.js';
import type { Intake, TakenIn } from '../uploads/intake.js';
import { expiryOf } from './evidence.rules.js';
import { type EvidenceQuery, evidenceFilter } from './evidence-filter.js';
import type { StoredEvidence } from './evidence-item.js';
import { type EvidenceItemsRepository, rejectRace } from './evidence-items.repository.js';
import { checkedCadences, writeLinks } from './links.js';
import { asPast } from './past-revisions.js';
import { presentEvidence } from './present-evidence.js';
import { checkedDates, newUpload, revisionOf, searchedText } from './upload-item.js';

const MAX_REVISIONS = 100;

export interface ItemsDeps {
  items: EvidenceItemsRepository;
  settings: EvidenceSettingsRepository;
  intake: Intake;
  answers: AnswersByEvidence;
  compliance: Pick<Compliance, 'catalogues' | 'states'>;
  platform: Pick<Platform, 'references' | 'audit' | 'events' | 'clock' | 'newId'>;
}

type Query<E extends { query?: z.ZodType }> = z.output<NonNullable<E['query']>>;

/** The team's evidence: search, upload, change, removal and restoring. */
export class EvidenceItemsService {
  constructor(private readonly deps: ItemsDeps) {}

  async list(actor: Actor, query: EvidenceQuery) {
    const now = this.#now();
    const filter = await evidenceFilter(this.deps.compliance.catalogues, actor, query, now);
    const { items, nextCursor } = await this.deps.items.page(
      actor,
      filter,
      query.limit,
      query.cursor,
    );
    return { items: items.map((item) => presentEvidence(item, now)), nextCursor };
  }

  async get(actor: Actor, evidenceId: string): Promise<EvidenceDetail> {
    return this.detail(actor, await this.require(actor, evidenceId));
  }

  async require(scope: TeamScope, evidenceId: string): Promise<StoredEvidence> {
    const item = await this.deps.items.get(scope, evidenceId);
    if (!item) throw new NotFoundError('no such evidence', { evidenceId });
    return item;
  }

  /** Adds a file as a new item pending review; returns the existing item if one has the same content. */
  async upload(actor: Actor, upload: Upload, query: Query<typeof uploadEvidence>) {
    const { items, compliance, settings, intake } = this.deps;
    const { audit, newId, references } = this.deps.platform;
    const controlIds = [...new Set(query.controls ?? [])];
    const requirements = [...new Set(query.requirements ?? [])];
    const dates = checkedDates(query, this.#now());
    const cadences = await checkedCadences(compliance.catalogues, actor, {
      controlIds,
      requirements,
    });
    const taken = await intake.take(upload, await this.#maxBytes(actor, settings));
    const uploaded = newUpload(actor, {
      id: newId('evd'),
      taken,
      query: { ...query, ...dates },
      links: { controlIds, requirements },
      now: this.#now(),
      cadences,
    });
    const known =
      (await items.withContent(actor, taken.contentKey)) ??
      (await items.addUnlessKnown(actor, uploaded));
    if (known) return { ...(await this.detail(actor, known)), duplicate: true };
    await writeLinks(references, actor, uploaded);
    await audit.record(actor, 'evidence.uploaded', uploaded.id, auditDetails(taken, uploaded));
    return { ...(await this.detail(actor, uploaded)), duplicate: false };
  }

  /** Adds a revision, which needs review again, and withdraws the answers based on the old one. */
  async revise(
    actor: Actor,
    evidenceId: string,
    upload: Upload,
    query: Query<typeof reviseEvidence>,
  ): Promise<EvidenceDetail> {
    const { items, intake, settings, answers, compliance } = this.deps;
    const { audit } = this.deps.platform;
    const item = await this.#changeable(actor, evidenceId);
    if (item.revisions.length >= MAX_REVISIONS) {
      throw new ConflictError(
        `evidence can have at most ${MAX_REVISIONS} revisions; upload a new item`,
      );
    }
    const now = this.#now();
    const dates = checkedDates(query, now);
    const taken = await intake.take(upload, await this.#maxBytes(actor, settings));
    const known = await items.withContent(actor, taken.contentKey);
    const isOld = item.revisions.some(({ sha256 }) => sha256 === taken.sha256);
    if (known || isOld) {
      throw new ConflictError('this content exists already', {
        evidenceId: known?.id ?? item.id,
      });
    }
    const number = item.revision + 1;
    const cadences = await checkedCadences(compliance.catalogues, actor, item);
    const before = asPast(item, now);
    const changed = await items.change(item, {
      ...dates,
      past: before ? [...(item.past ?? []), before] : item.past,
      revision: number,
      revisions: [...item.revisions, revisionOf(actor, taken, number, now)],
      reviews: [...item.reviews, entry(actor, 'revised', number, now)].slice(-200),
      state: 'pending_review',
      contentKey: taken.contentKey,
      uploadKey: taken.contentKey,
      uploaderId: actor.userId,
      collectedAt: dates.collectedAt,
      expiresAt: expiryOf({ ...item, ...dates }, cadences),
      renewalRequestedAt: null,
      searched: searchedText({ ...item, fileName: taken.fileName }),
    });
    await audit.record(actor, 'evidence.revised', item.id, {
      ...auditDetails(taken, item),
      revision: number,
    });
    await answers.withdraw(actor, item);
    return this.detail(actor, changed ?? rejectRace());
  }

  async change(
    actor: Actor,
    evidenceId: string,
    body: z.output<NonNullable<typeof changeEvidence.body>>,
  ): Promise<EvidenceDetail> {
    const { items, answers, compliance } = this.deps;
    const { audit, references } = this.deps.platform;
    const item = await this.#changeable(actor, evidenceId);
    const now = this.#now();
    const wanted = {
      ...item,
      ...Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined)),
    };
    checkedDates({ ...wanted, effectiveTo: wanted.effectiveTo ?? undefined }, now);
    const cadences = await checkedCadences(compliance.catalogues, actor, wanted);
    const materialFields = ['controlIds', 'requirements', 'effectiveFrom', 'effectiveTo'] as const;
    const isMaterial = materialFields.some(
      (field) => JSON.stringify(wanted[field]) !== JSON.stringify(item[field]),
    );
    const { title, description, controlIds, requirements, effectiveFrom, effectiveTo } = wanted;
    const set = { title, description, controlIds, requirements, effectiveFrom, effectiveTo };
    const reviews = isMaterial
      ? [...item.reviews, entry(actor, 'changed', item.revision, now)].slice(-200)
      : item.reviews;
    const changedBy = isMaterial
      ? [...new Set([...(item.changedBy ?? []), actor.userId])]
      : item.changedBy;
    const expiresAt = expiryOf(wanted, cadences);
    const reopens = item.state === 'expired' ? expiresAt > now : item.state === 'approved';
    const state = isMaterial && reopens ? 'pending_review' : item.state;
    const searched = searchedText({ ...wanted, fileName: item.revisions.at(-1)?.fileName ?? '' });
    const changed =
      (await items.change(item, { ...set, state, reviews, expiresAt, searched, changedBy })) ??
      rejectRace();
    if (isMaterial) {
      await writeLinks(references, actor, changed);
      await answers.withdraw(actor, item);
    }
    await audit.record(actor, 'evidence.changed', item.id, { ...body });
    return this.detail(actor, changed);
  }

  async remove(actor: Actor, evidenceId: string): Promise<EvidenceDetail> {
    const { items, answers } = this.deps;
    const { audit, events } = this.deps.platform;
    const item = await this.require(actor, evidenceId);
    if (item.deletedAt !== null) throw new ConflictError('this evidence was removed before');
    const removed = await items.change(item, { deletedAt: this.#now(), contentKey: null });
    await audit.record(actor, 'evidence.removed', item.id, { title: item.title });
    await answers.withdraw(actor, item);
    await events.emit(evidenceSettled, { teamId: item.teamId, evidenceId: item.id });
    return this.detail(actor, removed ?? rejectRace());
  }

  /** Restores an item without its answers, which removal withdrew. Throws ConflictError when its content was uploaded again. */
  async restore(actor: Actor, evidenceId: string): Promise<EvidenceDetail> {
    const { items } = this.deps;
    const { audit, events } = this.deps.platform;
    const item = await this.require(actor, evidenceId);
    if (item.deletedAt === null) throw new ConflictError('this evidence was not removed');
    const other = item.uploadKey && (await items.withContent(actor, item.uploadKey));
    if (other) {
      throw new ConflictError(
        `the same content was uploaded again as “${other.title}” (${other.id}); remove that first`,
        { evidenceId: other.id },
      );
    }
    const restored = await items.change(item, { deletedAt: null, contentKey: item.uploadKey });
    await audit.record(actor, 'evidence.restored', item.id, { title: item.title });
    await events.emit(evidenceSettled, { teamId: item.teamId, evidenceId: item.id });
    return this.detail(actor, restored ?? rejectRace());
  }

  /** The stored bytes of a revision, the newest when none is named. */
  async content(actor: Actor, evidenceId: string, wanted?: number) {
    const item = await this.require(actor, evidenceId);
    const revision = item.revisions.find(({ number }) => number === (wanted ?? item.revision));
    if (!revision) throw new NotFoundError('no such revision', { evidenceId, revision: wanted });
    const content = await this.deps.intake.open(revision.sha256);
    if (!content) {
      throw new UnavailableError(
        'the file is on another host: share DATA_DIR/evidence between hosts',
      );
    }
    const { fileName, mediaType } = revision;
    return { fileName, contentType: mediaType, content };
  }

  async detail(actor: Actor, item: StoredEvidence): Promise<EvidenceDetail> {
    const { compliance, settings } = this.deps;
    const { references } = this.deps.platform;
    const [catalogue, states, linked, set] = await Promise.all([
      compliance.catalogues.of(actor),
      compliance.states.byControl(actor, item.controlIds),
      references.linkedWith(actor, { kind: 'evidence', id: item.id }),
      settings.get(actor),
    ]);
    return {
      ...presentEvidence(item, this.#now()),
      revisions: item.revisions,
      reviews: item.reviews,
      answers: item.answers,
      links: linked.map(({ thing, relation }) => ({ ...thing, relation })),
      controls: item.controlIds.map((id) => ({
        id,
        title: catalogue.controls.get(id)?.title ?? id,
        status: states.get(id)?.status ?? 'not_assessed',
      })),
      mayApprove: mayApprove(item, actor, set),
    };
  }

  async #changeable(actor: Actor, evidenceId: string): Promise<StoredEvidence> {
    const item = await this.require(actor, evidenceId);
    if (item.deletedAt !== null)
      throw new ConflictError('this evidence was removed; restore it first');
    if (item.uploaderId === null) {
      throw new ConflictError('this was collected automatically and changes with its source');
    }
    return item;
  }

  async #maxBytes(scope: TeamScope, settings: EvidenceSettingsRepository): Promise<number> {
    const { maxUploadMegabytes }: EvidenceSettings = await settings.get(scope);
    return maxUploadMegabytes * 1024 ** 2;
  }

  #now(): string {
    return this.deps.platform.clock.now().toISOString();
  }
}

function entry(actor: Actor, action: 'revised' | 'changed', revision: number, at: string) {
  return { at, actor: actor.name, action, revision, reason: null, ownWork: true };
}

function auditDetails(taken: TakenIn, { title, controlIds }: StoredEvidence) {
  const { sha256, sizeBytes, mediaType, fileName } = taken;
  return { title, fileName, sha256, sizeBytes, mediaType, controlIds };
}
