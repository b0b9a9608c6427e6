import type {
  EvidenceKind,
  EvidenceQuality,
  EvidenceState,
} from '../../../../contract/evidence.js';
import type { StoredEvidence } from './evidence-item.js';

const DAY_MS = 86_400_000;

/** Days for which each kind counts, unless a control has a shorter cadence. */
const LIFETIME_DAYS: Record<EvidenceKind, number> = {
  scan: 90,
  answer: 365,
  attestation: 365,
  document: 365,
  policy: 365,
  procedure: 365,
  screenshot: 365,
};
/** A review period with some days of grace. Continuously monitored controls set no limit for documents. */
const CADENCE_DAYS: Record<string, number> = { quarterly: 95, semi_annual: 190, annual: 370 };

/**
 * When evidence expires, ISO 8601: its lifetime after collection, but not after the end of its period. The
 * lifetime of a document is the shortest cadence of its controls.
 */
export function expiryOf(
  item: Pick<StoredEvidence, 'kind' | 'collectedAt' | 'effectiveTo'>,
  cadences: readonly string[],
): string {
  const limits = cadences.flatMap((cadence) => CADENCE_DAYS[cadence] ?? []);
  const days =
    item.kind === 'scan' || limits.length === 0 ? LIFETIME_DAYS[item.kind] : Math.min(...limits);
  const end = new Date(Date.parse(item.collectedAt) + days * DAY_MS).toISOString();
  return item.effectiveTo !== null && item.effectiveTo < end ? item.effectiveTo : end;
}

export type Validity = Pick<
  StoredEvidence,
  'state' | 'deletedAt' | 'effectiveFrom' | 'effectiveTo' | 'expiresAt'
>;

/** Accepted states; whether an item counts depends on its dates too. */
export const COUNTING: readonly EvidenceState[] = ['auto_collected', 'approved'];

/** Whether evidence counts at this moment: collected or approved, not removed, in effect, not expired. */
export function isValidAt(item: Validity, moment: string): boolean {
  return (
    COUNTING.includes(item.state) &&
    item.deletedAt === null &&
    item.effectiveFrom <= moment &&
    moment < item.expiresAt &&
    (item.effectiveTo === null || moment < item.effectiveTo)
  );
}

/** Whether it counted at some moment of a period, both ends included, even if it has expired since. */
export function isValidWithin(
  item: Validity & Pick<StoredEvidence, 'reviews' | 'uploaderId'>,
  from: string,
  to: string,
): boolean {
  const state = item.state === 'expired' && wasAccepted(item) ? 'approved' : item.state;
  const start = item.effectiveFrom > from ? item.effectiveFrom : from;
  return start <= to && isValidAt({ ...item, state }, start);
}

/** Collected and not contested, or approved unchanged. Items that expired while pending review never counted. */
export function wasAccepted({
  uploaderId,
  reviews,
}: Pick<StoredEvidence, 'reviews' | 'uploaderId'>) {
  const last = reviews.findLast(({ action }) => action !== 'renewal_requested');
  if (uploaderId !== null) return last?.action === 'approved';
  return last?.action !== 'rejected' && last?.action !== 'submitted';
}

/**
 * The quality of evidence, 0 … 100, as the sum of named parts. Pure: the same item at the same moment has the same
 * score. Evidence that does not count has 0, and its parts give the reason.
 */
export function qualityOf(item: StoredEvidence, now: string): EvidenceQuality {
  const parts = [
    sourcePart(item),
    freshnessPart(item, now),
    reviewPart(item),
    ...completeness(item),
  ];
  const lost = item.state === 'rejected' || item.state === 'expired' || now >= item.expiresAt;
  const sum = parts.reduce((total, { points }) => total + points, 0);
  return { score: lost ? 0 : Math.round(sum), parts };
}

type Part = EvidenceQuality['parts'][number];

function sourcePart({ source, kind }: StoredEvidence): Part {
  const name = 'Source';
  if (kind === 'scan') {
    return {
      name,
      points: 30,
      of: 30,
      why: `collected automatically from ${source.tool ?? 'a tool'}`,
    };
  }
  return { name, points: 15, of: 30, why: 'provided by a person' };
}

function freshnessPart({ collectedAt, expiresAt }: StoredEvidence, now: string): Part {
  const [from, to, at] = [Date.parse(collectedAt), Date.parse(expiresAt), Date.parse(now)];
  const left = to > from ? Math.min(1, Math.max(0, (to - at) / (to - from))) : 0;
  const points = Math.round(25 * left);
  const why = left === 0 ? 'it has expired' : `${Math.round(left * 100)} % of its lifetime is left`;
  return { name: 'Freshness', points, of: 25, why };
}

function reviewPart({ state, reviews }: StoredEvidence): Part {
  const [name, of] = ['Review', 20] as const;
  const last = reviews.findLast(({ action }) => action === 'approved');
  switch (state) {
    case 'approved':
      return last?.ownWork
        ? { name, of, points: 12, why: 'approved by its uploader' }
        : { name, of, points: 20, why: 'approved by another person' };
    case 'auto_collected':
      return { name, of, points: 14, why: 'collected automatically, not reviewed' };
    case 'pending_review':
      return { name, of, points: 5, why: 'pending review' };
    default:
      return { name, of, points: 0, why: state === 'rejected' ? 'rejected' : 'expired' };
  }
}

function completeness(item: StoredEvidence): Part[] {
  const { controlIds, requirements, effectiveTo, description, summary, kind } = item;
  const linked = controlIds.length + requirements.length > 0;
  const dated = effectiveTo !== null || kind === 'scan';
  const described = description !== '' || kind === 'scan';
  const complete = summary?.complete ?? kind !== 'scan';
  return [
    part('Links', 10, linked, 'linked', 'not linked to a control or requirement yet'),
    part('Effective dates', 5, dated, 'has start and end dates', 'has no end date'),
    part('Description', 5, described, 'described', 'has no description'),
    part('Complete', 5, complete, 'no known gaps', 'the report had gaps'),
  ];
}

function part(name: string, of: number, has: boolean, good: string, bad: string): Part {
  return { name, of, points: has ? of : 0, why: has ? good : bad };
}
