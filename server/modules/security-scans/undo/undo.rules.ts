import type { ReportImport } from '../../../../contract/security-scans.js';

/** What the record of an import says of its changes. */
export interface RecordedImport extends Pick<ReportImport, 'status' | 'identical'> {
  changedFrom?: string;
  isRecorded?: boolean;
}

/** What an import could not be undone for, as far as its own record says. Null: nothing. */
export function ownHindrance(
  { status, identical, changedFrom, isRecorded }: RecordedImport,
  keptSince: string,
): string | null {
  switch (status) {
    case 'queued':
    case 'reading':
    case 'applying':
      return 'the import is still running';
    case 'undoing':
      return 'the import is being undone';
    case 'undone':
      return 'the import is already undone';
  }
  if (identical) return 'the import changed nothing: its file is identical to the one before it';
  if (status === 'failed' && changedFrom === undefined) {
    return 'the import failed before it changed anything';
  }
  if (changedFrom === undefined) {
    return 'the import is from a release that did not record what imports change';
  }
  if (!isRecorded) return 'the import changed too much to be undone';
  if (changedFrom < keptSince) {
    return 'what the import changed is no longer stored (RETENTION_DAYS, import_changes)';
  }
  return null;
}

/** From a release that recorded neither what an import changes nor the scan that made it. */
export function isUntraced({ status, identical, changedFrom }: RecordedImport): boolean {
  const isStored = status === 'completed' || status === 'partial';
  return isStored && !identical && changedFrom === undefined;
}

interface OfPlaces {
  places?: readonly string[];
}

/** Whether two imports are about the same account, image, site or host of the same tool. */
export function sharesPlace(a: OfPlaces, b: OfPlaces): boolean {
  const places = new Set(a.places);
  return (b.places ?? []).some((place) => places.has(place));
}
