import type { TeamScope } from '../../../platform/database/collection.js';
import type { Events } from '../../../platform/events/events.js';
import type { Lease } from '../../../platform/leases/held-lease.js';
import type { Logger } from '../../../platform/log/structured-logging.js';
import { recountScopes } from '../check-results/recount-scopes.js';
import type { ResultStores } from '../check-results/result-stores.js';
import type { ImportsRepository, StoredImport } from '../imports/imports.repository.js';
import { importUndone } from '../security-scans.events.js';
import type { ImportChangesRepository } from './import-changes.repository.js';
import { restoreChanges } from './restore-changes.js';

export interface InterruptedImportsDeps {
  imports: Pick<ImportsRepository, 'halfStored' | 'rolledBack'>;
  changes: ImportChangesRepository;
  stores: ResultStores;
  events: Events;
  log: Logger;
}

/**
 * Imports whose process died, stalled or failed while it stored their results. What they stored is undone before
 * anything else changes the team's results, so no report is ever half stored when another one is compared with it.
 */
export class InterruptedImports {
  constructor(private readonly deps: InterruptedImportsDeps) {}

  /** The caller holds the results lease, so no process is storing any of them. */
  async undoAll(team: TeamScope, lease: Pick<Lease, 'check'>): Promise<void> {
    for (const item of await this.deps.imports.halfStored(team)) await this.undo(item, lease);
  }

  /**
   * Returns whether nothing of it is left. What it stored stays where it was too much to be recorded, and then
   * counts; findings that a person has triaged since stay as they are. May be repeated after a crash.
   */
  async undo(item: StoredImport, lease: Pick<Lease, 'check'>): Promise<boolean> {
    const { imports, changes, stores, events, log } = this.deps;
    const { id: importId, teamId, changedFrom, isRecorded } = item;
    if (changedFrom === undefined) return true;
    const isUndone = isRecorded === true;
    if (isUndone) {
      const keep = new Set(await stores.findings.triagedSince(item, changedFrom));
      await restoreChanges(stores, changes, { team: item, importId, lease, keep });
    }
    await recountScopes(stores, item);
    // Its controls may have been evaluated meanwhile, after a triage for example.
    await events.emit(importUndone, { teamId, importId });
    lease.check();
    if (isUndone) {
      await imports.rolledBack(item);
      await changes.removeOf(item, importId);
    }
    log.warn({ teamId, importId, isUndone }, 'interrupted import found');
    return isUndone;
  }
}
