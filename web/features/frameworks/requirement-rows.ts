import type { getFramework, RequirementState } from '../../../contract/compliance.js';
import type { ResultOf } from '../../api/apiService.js';
import { groupBy } from '../../ui/group-by.js';
import type { FrameworkSearch } from './framework.search.js';

export type FrameworkData = ResultOf<typeof getFramework>;

type Row =
  | { kind: 'section'; key: string; id: string; title: string; count: number }
  | { kind: 'requirement'; key: string; requirement: RequirementState };

/** Sections in the framework's order, each followed by its requirements; empty sections are left out. */
export function rowsOf(
  sections: FrameworkData['sections'],
  requirements: readonly RequirementState[],
): Row[] {
  const bySection = groupBy(requirements, ({ section }) => section);
  const named = sections.map(({ id }) => id);
  const unnamed = [...bySection.keys()].filter((id) => !named.includes(id));
  return [...sections, ...unnamed.map((id) => ({ id, title: id }))].flatMap(({ id, title }) => {
    const own = bySection.get(id) ?? [];
    if (own.length === 0) return [];
    return [
      { kind: 'section' as const, key: `section ${id}`, id, title, count: own.length },
      ...own.map((requirement) => ({
        kind: 'requirement' as const,
        key: requirement.id,
        requirement,
      })),
    ];
  });
}

export function matches(requirement: RequirementState, { status, q }: FrameworkSearch): boolean {
  if (status && (requirement.counted === false || requirement.status !== status)) return false;
  if (!q) return true;
  const { id, title, controls } = requirement;
  const text = [id, title, ...controls.flatMap((each) => [each.id, each.title])].join('\n');
  return text.toLowerCase().includes(q.toLowerCase());
}
