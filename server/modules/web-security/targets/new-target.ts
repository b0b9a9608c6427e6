import type { NewId } from '../../../platform/clock.js';
import type { TeamScope } from '../../../platform/database/collection.js';
import { noTrace } from '../../orchestration/index.js';
import type { TargetForm } from './target-form.rules.js';
import type { StoredTarget } from './targets.repository.js';

/** A target that is not in the inventory yet. */
export function newTarget(
  newId: NewId,
  { teamId }: TeamScope,
  { label, ...form }: TargetForm,
  { name = label, ...added }: Pick<StoredTarget, 'addedBy' | 'addedAt'> & { name?: string },
): StoredTarget {
  return {
    ...{ id: newId('tgt'), teamId, name, removedAt: null },
    ...form,
    ...added,
    ...noTrace(),
    searchText: [name, form.url ?? '', ...form.hosts].join('\n').toLowerCase(),
  };
}
