import type { EvidenceKind, EvidenceRevision } from '../../../../contract/evidence.js';
import type { Actor } from '../../../platform/auth/actor.js';
import { InvalidInputError } from '../../../platform/errors.js';
import type { TakenIn } from '../uploads/intake.js';
import { expiryOf } from './evidence.rules.js';
import type { StoredEvidence } from './evidence-item.js';

interface Dates {
  effectiveFrom?: string;
  effectiveTo?: string;
  collectedAt?: string;
}

/** Checks the dates and fills in missing ones. Throws InvalidInputError naming the wrong one. */
export function checkedDates({ effectiveFrom, effectiveTo, collectedAt }: Dates, now: string) {
  const collected = normal(collectedAt) ?? now;
  const from = normal(effectiveFrom) ?? collected;
  const to = normal(effectiveTo) ?? null;
  if (collected > now) throw invalid('collectedAt', 'must not be in the future');
  if (to !== null && to <= from) throw invalid('effectiveTo', 'must be after effectiveFrom');
  return { collectedAt: collected, effectiveFrom: from, effectiveTo: to };
}

/** Instants are compared as text, so all need milliseconds. */
function normal(instant: string | undefined): string | undefined {
  return instant === undefined ? undefined : new Date(instant).toISOString();
}

function invalid(path: string, message: string): InvalidInputError {
  return new InvalidInputError(`${path}: ${message}`, { errors: [{ path, message }] });
}

export function revisionOf(
  { name }: Pick<Actor, 'name'>,
  taken: TakenIn,
  number: number,
  uploadedAt: string,
): EvidenceRevision {
  const { sha256, sizeBytes, mediaType, fileName, isText } = taken;
  return {
    number,
    sha256,
    sizeBytes,
    mediaType,
    fileName,
    masked: isText,
    uploadedAt,
    uploadedBy: name,
  };
}

export interface NewUpload {
  id: string;
  taken: TakenIn;
  query: {
    kind: EvidenceKind;
    title?: string;
    description: string;
    effectiveFrom: string;
    effectiveTo: string | null;
    collectedAt: string;
  };
  links: Pick<StoredEvidence, 'controlIds' | 'requirements'>;
  cadences: readonly string[];
  now: string;
}

/** An uploaded file as an item pending review. */
export function newUpload(actor: Actor, given: NewUpload): StoredEvidence {
  const { id, taken, query, links, cadences, now } = given;
  const { kind, description, effectiveFrom, effectiveTo, collectedAt } = query;
  const title = query.title ?? taken.fileName;
  return {
    id,
    teamId: actor.teamId,
    kind,
    state: 'pending_review',
    title,
    description,
    source: {
      tool: null,
      toolVersion: null,
      importId: null,
      reportSha256: null,
      person: actor.name,
    },
    ...links,
    effectiveFrom,
    effectiveTo,
    collectedAt,
    createdAt: now,
    createdBy: actor.name,
    expiresAt: expiryOf({ kind, collectedAt, effectiveTo }, cadences),
    summary: null,
    renewalRequestedAt: null,
    deletedAt: null,
    revision: 1,
    revisions: [revisionOf(actor, taken, 1, now)],
    reviews: [],
    answers: [],
    contentKey: taken.contentKey,
    uploadKey: taken.contentKey,
    searched: searchedText({ title, source: { tool: null }, fileName: taken.fileName }),
    uploaderId: actor.userId,
  };
}

export function searchedText(item: {
  title: string;
  source: { tool: string | null };
  fileName: string;
}): string {
  return [item.title, item.fileName, item.source.tool ?? ''].join('\n').toLowerCase();
}
