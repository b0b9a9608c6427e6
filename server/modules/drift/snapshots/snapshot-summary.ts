import { CONTROL_STATUSES, type ControlStatus } from '../../../../contract/compliance.js';
import type { DriftSnapshot } from '../../../../contract/drift.js';
import { failingResults } from '../episodes/result-changes.rules.js';
import type { TeamState } from '../state/team-state.js';

/** What a list of snapshots shows of each. */
export function summaryOf(
  state: TeamState,
): Pick<DriftSnapshot, 'controls' | 'openFindings' | 'frameworks' | 'ruleVersion'> {
  const controls = Object.fromEntries(CONTROL_STATUSES.map((status) => [status, 0])) as Record<
    ControlStatus,
    number
  >;
  for (const control of state.controls.values()) controls[control.status] += 1;
  return {
    controls,
    openFindings: failingResults(state),
    ruleVersion: state.ruleVersion,
    frameworks: [...state.frameworks].map(([id, { name, score, coverage, ceiling }]) => ({
      ...{ id, name, score, coverage, ceiling },
    })),
  };
}

const DAY_MS = 86_400_000;
/** All for a week, then one a day for three months, then one a week for 13 months. */
const STEPS = [
  { untilDays: 7, everyMs: 0 },
  { untilDays: 90, everyMs: DAY_MS },
  { untilDays: 400, everyMs: 7 * DAY_MS },
] as const;

/** The unnamed snapshots, given oldest first, to delete. The last one of each span stays. */
export function thinnedOut(given: readonly { id: string; at: string }[], now: Date): string[] {
  const gone: string[] = [];
  const kept = new Set<string>();
  for (const { id, at } of [...given].reverse()) {
    const age = (now.getTime() - Date.parse(at)) / DAY_MS;
    const step = STEPS.find(({ untilDays }) => age < untilDays);
    if (step?.everyMs === 0) continue;
    const span = step && `${step.everyMs}/${Math.floor(Date.parse(at) / step.everyMs)}`;
    if (span && !kept.has(span)) kept.add(span);
    else gone.push(id);
  }
  return gone;
}
