import type { TeamDoc, TeamScope } from '../../../platform/database/collection.js';
import type { Lease } from '../../../platform/leases/held-lease.js';
import type { CheckScope } from '../check-results/check-scope.js';
import { recountScopes } from '../check-results/recount-scopes.js';
import type { ResultStores } from '../check-results/result-stores.js';
import { accountsOf } from '../check-results/scope-tallies.rules.js';
import type { KnownCheck } from '../checks/checks.repository.js';
import type { ImportChanges, ImportChangesRepository } from './import-changes.repository.js';
import { type PackedChanges, unpackChanges } from './pack-changes.js';

interface Changed {
  team: TeamScope;
  importId: string;
  lease: Pick<Lease, 'check'>;
  /** Findings that stay as they are, with their results. */
  keep?: ReadonlySet<string>;
}

/** Stores everything that an import changed as it was before. Running it twice, or again after a crash, is the same. */
export async function restoreChanges(
  stores: ResultStores,
  changes: ImportChangesRepository,
  { team, importId, lease, keep }: Changed,
): Promise<void> {
  const scopes: CheckScope[] = [];
  const checks: PackedChanges[] = [];
  for await (const part of changes.list(team, importId)) {
    const changed = await unpackChanges(part.packed);
    lease.check();
    if (part.store === 'checks') checks.push(changed);
    else await restore(stores, team, part, without(keep, changed));
    if (part.store === 'scopes') scopes.push(...(changed.before as CheckScope[]));
  }
  // After their scopes, since a check stays as long as a report of another account has it.
  for (const changed of checks) await restoreChecks(stores, { team, importId, lease }, changed);
  const checkIds = [...new Set(scopes.map(({ checkId }) => checkId))];
  // A finding of the same scope may have been triaged since.
  await recountScopes(stores, team, { checkIds, accounts: accountsOf(scopes) });
}

/** Ids of scopes, checks and orders are never those of findings. */
function without(keep: ReadonlySet<string> | undefined, changed: PackedChanges): PackedChanges {
  if (!keep?.size) return changed;
  return {
    created: changed.created.filter((id) => !keep.has(id)),
    before: changed.before.filter(({ id }) => !keep.has(id)),
  };
}

async function restore(
  stores: ResultStores,
  team: TeamScope,
  { store }: Pick<ImportChanges, 'store'>,
  { created, before }: PackedChanges,
): Promise<void> {
  const target: {
    put(team: TeamScope, docs: readonly TeamDoc[]): Promise<unknown>;
    removeAll(team: TeamScope, ids: readonly string[]): Promise<unknown>;
  } = stores[store];
  if (created.length > 0) await target.removeAll(team, created);
  if (before.length > 0) await target.put(team, before as TeamDoc[]);
}

/** A description that another import has replaced since stays; one that no result is left of goes. */
async function restoreChecks(
  { checks, scopes }: ResultStores,
  { team, importId, lease }: Changed,
  { created, before }: PackedChanges,
): Promise<void> {
  const old = before as KnownCheck[];
  const known = await checks.byId(team, [...created, ...old.map(({ id }) => id)]);
  const own = old.filter(({ id }) => known.get(id)?.describedBy === importId);
  const idle: string[] = [];
  for (const { id, tool, provider, check } of known.values()) {
    if (!(await scopes.hasCheck(team, { tool, provider, checkId: check.id }))) idle.push(id);
  }
  lease.check();
  if (own.length > 0) await checks.put(team, own);
  if (idle.length > 0) await checks.removeAll(team, idle);
}
