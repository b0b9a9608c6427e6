import { AsyncLocalStorage } from 'node:async_hooks';
import { withoutFences } from '../database/write-fence.js';

type Work = () => Promise<void>;

/** One `hold` of a lease, and the work that waits until its caller holds none. */
export interface LeaseScope {
  readonly after: Work[];
  /** The scope in which the lease was requested; null when its caller held no other. */
  readonly outer: LeaseScope | null;
  isOver: boolean;
}

const current = new AsyncLocalStorage<LeaseScope>();

export function openScope(): LeaseScope {
  return { after: [], outer: activeScope(), isOver: false };
}

export function insideScope<R>(scope: LeaseScope, work: () => R): R {
  return current.run(scope, work);
}

/** For work that may outlive the lease during which it was started, such as jobs and loops of the process. */
export function outsideLeases<R>(work: () => R): R {
  return current.exit(() => withoutFences(work));
}

/** Runs `work` at once when the caller holds no lease, else once the outermost one is released. */
export async function afterLeases(work: Work): Promise<void> {
  const scope = activeScope();
  if (scope) scope.after.push(work);
  else await work();
}

/** Closes a scope, and runs the work that waited for it or passes it to the outer scope. */
export async function closeScope(scope: LeaseScope, released: Promise<unknown>): Promise<void> {
  if (scope.after.length > 0) await released;
  scope.isOver = true;
  for (const work of scope.after) await afterLeases(work);
}

/** The innermost open scope: work that was started during a lease and never awaited may outlive its own scope. */
function activeScope(): LeaseScope | null {
  let scope = current.getStore() ?? null;
  while (scope?.isOver) scope = scope.outer;
  return scope;
}
