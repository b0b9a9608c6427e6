import type { Relation } from '../../../../contract/compliance.js';

/**
 * What facts about one thing mean for a related one (NIST IR 8477). A relation is that of the left to the right:
 * `subset` means that the left is wholly within the right.
 */

export function inverse(relation: Relation): Relation {
  if (relation === 'subset') return 'superset';
  return relation === 'superset' ? 'subset' : relation;
}

/** Composes two relations. Whatever is not certain becomes `intersects`. */
export function compose(leftToMiddle: Relation, middleToRight: Relation): Relation {
  if (leftToMiddle === 'equal') return middleToRight;
  if (middleToRight === 'equal') return leftToMiddle;
  return leftToMiddle === middleToRight ? leftToMiddle : 'intersects';
}

/** Whether facts about the whole right hold for the left, which equals it or is a part. */
export function isCovered(relation: Relation): boolean {
  return relation === 'equal' || relation === 'subset';
}

/** Confidence, 0–1, of a yes for the related thing; confidences along a path multiply. */
export const STRENGTH: Record<Relation, number> = {
  equal: 1,
  subset: 0.9,
  superset: 0.6,
  intersects: 0.3,
};
