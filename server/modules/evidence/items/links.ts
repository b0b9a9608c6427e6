import type { Actor } from '../../../platform/auth/actor.js';
import type { TeamScope } from '../../../platform/database/collection.js';
import { InvalidInputError } from '../../../platform/errors.js';
import type { CrossModuleReferences } from '../../../platform/links/cross-module-references.js';
import type { Compliance } from '../../compliance/index.js';
import type { StoredEvidence } from './evidence-item.js';
import { requirementOf } from './present-evidence.js';

type Catalogues = Pick<Compliance['catalogues'], 'of'>;

/** Cadences of these controls. Throws InvalidInputError naming each unknown control or requirement. */
export async function checkedCadences(
  catalogues: Catalogues,
  actor: TeamScope,
  { controlIds, requirements }: Pick<StoredEvidence, 'controlIds' | 'requirements'>,
): Promise<string[]> {
  const catalogue = await catalogues.of(actor);
  const unknown = [
    ...controlIds
      .filter((id) => !catalogue.controls.has(id))
      .map((id) => ({ path: 'controls', message: `there is no control ${id}` })),
    ...requirements
      .filter((reference) => {
        const { framework, requirement } = requirementOf(reference);
        return !catalogue.requirement(framework, requirement);
      })
      .map((id) => ({ path: 'requirements', message: `there is no requirement ${id}` })),
  ];
  if (unknown.length > 0) {
    throw new InvalidInputError(unknown.map(({ message }) => message).join('; '), {
      errors: unknown,
    });
  }
  return controlIds.flatMap((id) => catalogue.controls.get(id)?.cadence ?? []);
}

/** Writes the links of an item as cross-module references, so that a control finds its evidence. */
export async function writeLinks(
  references: CrossModuleReferences,
  scope: Actor | TeamScope,
  { id, controlIds, source }: Pick<StoredEvidence, 'id' | 'controlIds' | 'source'>,
): Promise<void> {
  const from = { kind: 'evidence', id } as const;
  await references.unlinkAll(scope, from);
  for (const controlId of controlIds) {
    const to = { kind: 'control', id: controlId } as const;
    await references.createCrossModuleReference(scope, { from, to, relation: 'supports' });
  }
  if (source.importId !== null) {
    const to = { kind: 'import', id: source.importId } as const;
    await references.createCrossModuleReference(scope, { from, to, relation: 'collected_from' });
  }
}
