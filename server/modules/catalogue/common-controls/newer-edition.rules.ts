import type { NewerEdition } from '../../../../contract/compliance.js';
import type { Catalogue, Framework } from './catalogue.js';
import { isCounted } from './counted.rules.js';

/** The edition that replaces a framework, and how much of the framework it has too. */
export function newerEditionOf(
  { supersededBy, moves = {}, requirements }: Framework,
  library: Catalogue,
): NewerEdition | undefined {
  const newer = library.frameworks.get(supersededBy ?? '');
  if (!newer) return undefined;
  const { id, name, version } = newer;
  const counted = requirements.filter(isCounted);
  const carriedOver = counted.filter((each) => moves[each.id] !== undefined).length;
  return { id, name, version, carriedOver, requirements: counted.length };
}
