import type { DefinitionChange } from '../../../../contract/compliance.js';
import type { ControlChange } from '../compliance.events.js';

/** How many controls an entry names. */
const MOST_NAMED = 500;

/** What an update of rules, library or mapping changed by itself: controls whose results say what they said. */
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
    controls: controls.slice(0, MOST_NAMED),
    controlsTotal: controls.length,
    frameworks: [...moves],
  };
}
