import type { CustomFramework } from './custom-file.js';

interface Named {
  id: string;
  title: string;
}

export interface FrameworkChanges {
  added: Named[];
  /** `what`: title, section, attestation, numbers, controls. */
  changed: (Named & { what: string[] })[];
  removed: Named[];
  unchanged: number;
}

/** Requirement by requirement; empty without a framework to compare with. */
export function changesBetween(
  before: CustomFramework | null,
  after: CustomFramework | null,
): FrameworkChanges {
  if (!after) return { added: [], changed: [], removed: [], unchanged: 0 };
  const previousById = new Map(before?.requirements.map((each) => [each.id, each]));
  const changes: FrameworkChanges = { added: [], changed: [], removed: [], unchanged: 0 };
  for (const requirement of after.requirements) {
    const { id, title } = requirement;
    const previous = previousById.get(id);
    previousById.delete(id);
    const what = previous ? differences(previous, requirement) : [];
    if (!previous) changes.added.push({ id, title });
    else if (what.length > 0) changes.changed.push({ id, title, what });
    else changes.unchanged += 1;
  }
  changes.removed = [...previousById.values()].map(({ id, title }) => ({ id, title }));
  return changes;
}

type Requirement = CustomFramework['requirements'][number];

function differences(a: Requirement, b: Requirement): string[] {
  const edges = ({ controls }: Requirement) =>
    controls.map(({ controlId, relation }) => `${controlId} ${relation}`).sort();
  const fields = ['title', 'section', 'attestation'] as const;
  const what: string[] = fields.filter((field) => a[field] !== b[field]);
  const numbers = ({ parameter = {} }: Requirement) =>
    JSON.stringify(Object.entries(parameter).sort());
  if (numbers(a) !== numbers(b)) what.push('numbers');
  return edges(a).join('\n') === edges(b).join('\n') ? what : [...what, 'controls'];
}
