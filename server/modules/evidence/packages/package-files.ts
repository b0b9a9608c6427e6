import type { EvidenceKind } from '../../../../contract/evidence.js';
import type { StoredEvidence } from '../items/evidence-item.js';

/** The folder of each kind in a package. */
const FOLDERS: Record<EvidenceKind, string> = {
  policy: 'policy',
  procedure: 'procedure',
  document: 'procedure',
  scan: 'technical',
  screenshot: 'technical',
  answer: 'attestation',
  attestation: 'attestation',
};

/** The path of an item's newest content: plain ASCII, unique by its id; collected items are named by their title. */
export function placeOf({
  id,
  kind,
  title,
  revision,
  revisions,
  uploaderId,
}: StoredEvidence): string {
  const name = uploaderId === null ? `${title}.json` : (revisions.at(-1)?.fileName ?? 'evidence');
  const plain = name
    .normalize('NFKD')
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/-?\.\.+/g, '.')
    .replace(/^[-.]+/, '')
    .slice(-80);
  return `${FOLDERS[kind]}/${id}-r${revision}-${plain || 'evidence'}`;
}
