import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { packageRoot } from '../../../package-root.js';
import type { Catalogue } from '../common-controls/catalogue.js';
import { parseFile } from '../common-controls/parse-file.js';
import type { ProofCheck } from './proof.rules.js';

const text = z.string().min(1).max(300);
const SingleProofs = z.array(
  z.strictObject({
    framework: text,
    requirement: text,
    /** The tool's id; of other tools than Prowler with the tool's name before it. */
    check: text,
    /** Why this one check is enough, in one line. */
    reason: text,
  }),
);
export type SingleProof = z.infer<typeof SingleProofs>[number];

/** The reviewed requirements that one check may satisfy. */
export function listedSingleProofs(): SingleProof[] {
  const file = 'single-proofs.yaml';
  return parseFile(file, readFileSync(join(packageRoot, 'catalogue', file), 'utf8'), SingleProofs);
}

/** The controls that a check alone turns green, by its passes in one account. */
export type ImplementedBy = (
  provider: string,
  check: ProofCheck,
  controlIds: string[],
) => Promise<string[]>;

/**
 * For each requirement with a control that one check alone turns green: the check, and all such controls. Only checks
 * that anchors name can turn anything green.
 */
export async function singleProofs(catalogue: Catalogue, implementedBy: ImplementedBy) {
  const found: Omit<SingleProof & { controlIds: string[] }, 'reason'>[] = [];
  for (const { provider, check, controlIds } of anchorsOf(catalogue)) {
    const green = await implementedBy(provider, check, controlIds);
    const name = check.tool === 'prowler' ? check.id : `${check.tool}:${check.id}`;
    const edges = green.flatMap((controlId) => catalogue.requirementsOf(controlId));
    for (const { framework, requirement } of new Set(edges)) {
      const ids = { framework: framework.id, requirement: requirement.id };
      found.push({ ...ids, check: name, controlIds: green });
    }
  }
  return found;
}

/** Every check that anchors name, with the controls that it is an anchor of. */
function anchorsOf({ controls }: Catalogue) {
  const anchors = new Map<string, { provider: string; check: ProofCheck; controlIds: string[] }>();
  for (const { id, proof = {} } of controls.values()) {
    for (const [provider, own] of Object.entries(proof)) {
      for (const check of own.flatMap(({ checks }) => checks)) {
        const key = `${provider} ${check.tool} ${check.id}`;
        const known = anchors.get(key) ?? { provider, check, controlIds: [] };
        if (!known.controlIds.includes(id)) known.controlIds.push(id);
        anchors.set(key, known);
      }
    }
  }
  return [...anchors.values()];
}
