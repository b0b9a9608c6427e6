import type { ScfChanges } from '../../../../contract/scf.js';
import { compareReleases } from './scf-columns.rules.js';
import type { ScfControl, ScfFrameworkFacts } from './scf-model.js';

export interface ScfContent {
  release: string;
  controls: readonly ScfControl[];
  frameworks: readonly ScfFrameworkFacts[];
}

const MAX_NAMED = 2_000;

/** What changes when `after` replaces `before`, by control numbers and framework names. */
export function scfChanges(before: ScfContent | null, after: ScfContent): ScfChanges {
  const known = new Map(before?.controls.map((control) => [control.id, control]));
  const afterIds = new Set(after.controls.map(({ id }) => id));
  const added: ScfControl[] = [];
  const renamed: { id: string; from: string; to: string }[] = [];
  const reworded: ScfControl[] = [];
  for (const control of after.controls) {
    const previous = known.get(control.id);
    if (!previous) added.push(control);
    else if (previous.title !== control.title) {
      renamed.push({ id: control.id, from: previous.title, to: control.title });
    } else if (wordsOf(previous) !== wordsOf(control)) reworded.push(control);
  }
  const removed = [...known.values()].filter(({ id }) => !afterIds.has(id));
  return {
    since: before?.release ?? null,
    isOlder: before !== null && compareReleases(after.release, before.release) < 0,
    controls: {
      added: first(added.map(nameOf)),
      removed: first(removed.map(nameOf)),
      renamed: first(renamed),
      reworded: first(reworded.map(nameOf)),
      unchanged: after.controls.length - added.length - renamed.length - reworded.length,
    },
    frameworks: frameworkChanges(before?.frameworks ?? [], after.frameworks),
  };
}

function frameworkChanges(
  before: readonly ScfFrameworkFacts[],
  after: readonly ScfFrameworkFacts[],
): ScfChanges['frameworks'] {
  const known = new Map(before.map((framework) => [framework.slug, framework]));
  const afterIds = new Set(after.map(({ slug }) => slug));
  const added = after.filter(({ slug }) => !known.has(slug));
  const removed = before.filter(({ slug }) => !afterIds.has(slug));
  const changed = after.flatMap((framework) => {
    const previous = known.get(framework.slug);
    const isChanged = previous && previous.requirements !== framework.requirements;
    return isChanged ? [{ ...sizeOf(framework), before: previous.requirements }] : [];
  });
  return {
    added: first(added.map(sizeOf)),
    removed: first(removed.map(sizeOf)),
    changed: first(changed),
    unchanged: after.length - added.length - changed.length,
  };
}

const nameOf = ({ id, title }: ScfControl) => ({ id, title });
const sizeOf = ({ slug, name, requirements }: ScfFrameworkFacts) => ({
  id: `scf:${slug}`,
  name,
  requirements,
});

function first<T>(items: readonly T[]): { total: number; items: T[] } {
  return { total: items.length, items: items.slice(0, MAX_NAMED) };
}

/** Everything that the product shows of a control, but its title. */
function wordsOf(control: ScfControl): string {
  const { description, question, weight, pptdf, cadence, csfFunction } = control;
  const objectives = control.objectives.map(({ id, text }) => [id, text]);
  return JSON.stringify([description, question, weight, pptdf, cadence, csfFunction, objectives]);
}
