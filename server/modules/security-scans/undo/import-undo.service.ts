import type { ImportUndo } from '../../../../contract/import-details.js';
import type { Actor } from '../../../platform/auth/actor.js';
import type { TeamScope } from '../../../platform/database/collection.js';
import { ConflictError, NotFoundError } from '../../../platform/errors.js';
import type { Lease } from '../../../platform/leases/held-lease.js';
import type { Platform } from '../../../platform/platform.js';
import type { ResultStores } from '../check-results/result-stores.js';
import { resultsLease } from '../evidence.service.js';
import type { FindingsService } from '../findings/findings.service.js';
import type { ImportsRepository, StoredImport } from '../imports/imports.repository.js';
import { importUndone } from '../security-scans.events.js';
import type { ImportChangesRepository } from './import-changes.repository.js';
import type { InterruptedImports } from './interrupted-imports.js';
import { unpackChanges } from './pack-changes.js';
import { restoreChanges } from './restore-changes.js';
import { ownHindrance, sharesPlace } from './undo.rules.js';

export interface ImportUndoDeps {
  imports: ImportsRepository;
  changes: ImportChangesRepository;
  stores: ResultStores;
  findings: Pick<FindingsService, 'expireTriage'>;
  interrupted: Pick<InterruptedImports, 'undoAll'>;
  platform: Pick<Platform, 'audit' | 'clock' | 'config' | 'events' | 'leases' | 'log'>;
}

const DAY_MS = 86_400_000;

/** Undoes imports as long as nothing newer rests on them. */
export class ImportUndoService {
  constructor(private readonly deps: ImportUndoDeps) {}

  async check(item: StoredImport): Promise<ImportUndo> {
    const reason = await this.#hindrance(item);
    return { possible: reason === null, reason };
  }

  /** Waits for a running import of the team. Throws ConflictError with the reason when it cannot be undone. */
  undo(actor: Actor, importId: string): Promise<StoredImport> {
    const { imports, platform } = this.deps;
    return platform.leases.hold(resultsLease(actor), async (lease) => {
      await this.finishInterrupted(actor, lease);
      const item = await imports.get(actor, importId);
      if (!item) throw new NotFoundError('no such import', { importId });
      const reason = await this.#hindrance(item);
      if (reason) throw new ConflictError(reason, { importId });
      lease.check();
      const begun = await imports.beginUndo(item, actor.userId);
      if (!begun) throw new ConflictError('the import has changed meanwhile; try again');
      return this.#finish(begun, lease);
    });
  }

  /**
   * Finishes an undo whose process died, and undoes imports whose process died while it stored them: first, before
   * anything else changes the team's results. The caller holds the results lease.
   */
  async finishInterrupted(team: TeamScope, lease: Lease): Promise<void> {
    await this.deps.interrupted.undoAll(team, lease);
    for (const item of await this.deps.imports.undoing(team)) await this.#finish(item, lease);
  }

  /** The teams with an undo that is not finished and at which no process works. */
  async teamsToResume(): Promise<string[]> {
    const { imports, platform } = this.deps;
    const teams: string[] = [];
    for (const teamId of new Set((await imports.undoingOfAll()).map((item) => item.teamId))) {
      if (!(await platform.leases.isHeld(resultsLease({ teamId })))) teams.push(teamId);
    }
    return teams;
  }

  async resumeTeam(team: TeamScope): Promise<void> {
    const { imports, platform } = this.deps;
    if ((await imports.undoing(team)).length === 0) return;
    await platform.leases.hold(resultsLease(team), (lease) => this.finishInterrupted(team, lease));
  }

  async #finish(item: StoredImport, lease: Lease): Promise<StoredImport> {
    const { imports, changes, stores, findings, platform } = this.deps;
    const { teamId, id: importId, undoneBy = item.actor } = item;
    await restoreChanges(stores, changes, { team: item, importId, lease });
    await findings.expireTriage(item, lease);
    lease.check();
    await platform.events.emit(importUndone, { teamId, importId });
    const undone = await imports.endUndo(item, platform.clock.now().toISOString());
    await changes.removeOf(item, importId);
    const { fileName } = item;
    await platform.audit.record({ teamId, userId: undoneBy }, 'import.undone', importId, {
      fileName,
    });
    platform.log.info({ teamId, importId }, 'import undone');
    return undone ?? { ...item, status: 'undone' };
  }

  async #hindrance(item: StoredImport): Promise<string | null> {
    const { imports, platform } = this.deps;
    const keptMs = platform.config.retentionDays.import_changes * DAY_MS;
    const keptSince = new Date(platform.clock.now().getTime() - keptMs).toISOString();
    const own = ownHindrance(item, keptSince);
    if (own) return own;
    const newer = (await imports.newerThan(item)).find((other) => sharesPlace(item, other));
    if (newer) {
      const { id, fileName, scanId } = newer;
      const what = scanId ? `${fileName} of scan ${scanId}` : fileName;
      return `a newer import of the same account or target rests on it: ${what} (${id}); undo that one first`;
    }
    const triaged = await this.#triagedSince(item);
    if (triaged === 0) return null;
    const noun = triaged === 1 ? 'finding that it changed was' : 'findings that it changed were';
    return `${triaged} ${noun} triaged since`;
  }

  /** How many of the findings that it changed a person has triaged since. */
  async #triagedSince(item: StoredImport): Promise<number> {
    const { stores, changes } = this.deps;
    const triaged = new Set(await stores.findings.triagedSince(item, item.changedFrom ?? ''));
    if (triaged.size === 0) return 0;
    let found = 0;
    for await (const { store, packed } of changes.list(item, item.id)) {
      if (store !== 'findings') continue;
      const { created, before } = await unpackChanges(packed);
      for (const id of [...created, ...before.map((doc) => doc.id)])
        if (triaged.has(id)) found += 1;
    }
    return found;
  }
}
