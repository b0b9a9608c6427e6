import type { ControlSummary } from '../../../contract/compliance.js';
import { groupBy } from '../../ui/group-by.js';

type Row =
  | { kind: 'domain'; key: string; code: string; name: string; count: number }
  | { kind: 'control'; key: string; control: ControlSummary };

/** Controls grouped by domain, in order of first appearance. */
export function controlRows(controls: readonly ControlSummary[]): Row[] {
  return [...groupBy(controls, ({ domain }) => domain)].flatMap(([code, own]) => [
    {
      kind: 'domain' as const,
      key: `domain ${code}`,
      code,
      name: own[0]?.domainName ?? code,
      count: own.length,
    },
    ...own.map((control) => ({ kind: 'control' as const, key: control.id, control })),
  ]);
}
