import type { DefinitionChange } from '../../../../contract/compliance.js';
import type { ControlChange } from '../compliance.events.js';

/** How many controls an entry names. */
const MAX_NAMED = 500;

/** Changes by an update of rules, library or mapping alone: of controls with unchanged results. */
export function definitionChangeOf({
  from,
  to,
  changes,
  moves,
}: {
  from: string;
  to: string;
  changes: readonly ControlChange[];
  moves: DefinitionChange['frameworks'];
}): Omit<DefinitionChange, 'id' | 'at'> {
  const controls = changes.flatMap(({ controlId, cause, from: was, to: is }) =>
    cause === 'definition' && was?.status !== is.status
      ? [{ controlId, from: was?.status ?? ('not_assessed' as const), to: is.status }]
      : [],
  );
  return {
    from,
    to,
    controls: controls.slice(0, MAX_NAMED),
    controlsTotal: controls.length,
    frameworks: [...moves],
  };
}
