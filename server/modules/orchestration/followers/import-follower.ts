import type { LastImport } from '../../../../contract/inventory.js';
import type { TeamScope } from '../../../platform/database/collection.js';
import type { Events } from '../../../platform/events/events.js';
import { type Account, reportStored } from '../../security-scans/index.js';
import type { JoinCause } from '../inventories/inventory.js';

/** A report that a person imported. */
export interface ImportedReport extends LastImport {
  sha256: string;
  /** What it is about. */
  places: readonly Account[];
}

/**
 * Passes imported reports to a module that keeps what they are about, once each: an import whose process dies
 * before is repeated. Reports of our scans are left out, since the module follows the scans.
 */
export function followImports(
  events: Events,
  take: (scope: TeamScope, report: ImportedReport) => Promise<void>,
): void {
  events.after(reportStored, async ({ teamId, scanId, ...report }) => {
    if (scanId === null) await take({ teamId }, report);
  });
}

export function byImport({ at, importId }: LastImport): JoinCause {
  return { id: importId, at, by: 'importer', facts: { importId } };
}
