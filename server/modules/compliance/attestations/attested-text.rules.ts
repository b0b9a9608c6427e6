import { createHash } from 'node:crypto';
import type { Relation } from '../../../../contract/compliance.js';
import type { Catalogue, Requirement } from '../../catalogue/index.js';
import type { Attestation } from './attestation.js';

interface AttestedRequirement {
  id: string;
  title: string;
  controls: readonly { id: string; relation: Relation }[];
  parameter?: Requirement['parameter'];
}

/** SHA-256 of the attested requirement: its text, numbers, controls and their relations, in any order. */
export function attestedHash({ id, title, controls, parameter }: AttestedRequirement): string {
  const lines = controls.map((control) => `${control.id} ${control.relation}`).sort();
  const numbers = Object.entries(parameter ?? {}).map((each) => JSON.stringify(each));
  return createHash('sha256')
    .update(JSON.stringify([id, title, lines, ...numbers.sort()]))
    .digest('hex');
}

/**
 * Whether the requirement is unchanged since the attestation. Unknown for a row without a hash, so that
 * does not count. `library`: all frameworks of the team, active or not.
 */
export function isUnchanged(library: Catalogue, attestation: Attestation): boolean {
  const { frameworkId, requirementId, attested } = attestation;
  const requirement = library.requirement(frameworkId, requirementId);
  if (!requirement || !attested) return false;
  const { id, title, parameter, formerly = [] } = requirement;
  const controls = requirement.controls.map((edge) => ({
    id: edge.controlId,
    relation: edge.relation,
  }));
  return [id, ...formerly].some(
    (each) => attestedHash({ id: each, title, controls, parameter }) === attested,
  );
}
