import type { CollectionSpec, Doc, TeamScope } from './collection.js';
import { type CollectionShape, shapeOf } from './collection-shape.js';
import { isWellFormed } from './well-formed.js';

/** Checks access to a collection, for every backend; wrong access is a bug. */

export function shapeFor(
  spec: CollectionSpec<Doc>,
  scope: CollectionSpec<Doc>['scope'],
): CollectionShape {
  const shape = shapeOf(spec);
  if (shape.scope === scope) return shape;
  throw new TypeError(`collection ${shape.name} is a ${shape.scope} collection, not ${scope}`);
}

export function teamIdOf(scope: TeamScope): string {
  const teamId: unknown = scope?.teamId;
  if (typeof teamId === 'string' && teamId !== '' && isWellFormed(teamId)) return teamId;
  throw new TypeError('a team collection needs a team');
}
