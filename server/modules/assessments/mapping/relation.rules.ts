import type { Relation } from '../../../../contract/compliance.js';

/**
 * How much of what is known of one thing holds for another, by how they relate (NIST IR 8477). A relation is
 * that of the left to the right: `subset`: the left is wholly within the right.
 */

export function inverse(relation: Relation): Relation {
  if (relation === 'subset') return 'superset';
  return relation === 'superset' ? 'subset' : relation;
}

/** Left to right, through a middle. Only what is certain is said: all else merely intersects. */
export function compose(leftToMiddle: Relation, middleToRight: Relation): Relation {
  if (leftToMiddle === 'equal') return middleToRight;
  if (middleToRight === 'equal') return leftToMiddle;
  return leftToMiddle === middleToRight ? leftToMiddle : 'intersects';
}

/** What is true of the whole right is true of the left: the left is all of it or a part. */
export function isCovered(relation: Relation): boolean {
  return relation === 'equal' || relation === 'subset';
}

/** How sure a yes of the one is for the other, 0–1; confidences along a way are multiplied. */
export const STRENGTH: Record<Relation, number> = {
  equal: 1,
  subset: 0.9,
  superset: 0.6,
  intersects: 0.3,
};
