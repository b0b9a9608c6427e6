import type { TeamControlState } from '../states/team-control-state.js';

/** A control whose stored state differs from a full computation. */
export interface Divergence {
  controlId: string;
  /** Empty: of all accounts. */
  scopeId: string;
  stored: string;
  computed: string;
}

type Facts = Pick<
  TeamControlState,
  'controlId' | 'scopeId' | 'status' | 'openFindings' | 'contradicted'
>;

/** Compares only what time alone does not change, since the age of evidence may differ. */
export function divergencesBetween(
  stored: readonly Facts[],
  computed: readonly Facts[],
): Divergence[] {
  const before = new Map(stored.map((state) => [keyOf(state), summaryOf(state)]));
  return computed.flatMap((state) => {
    const storedSummary = before.get(keyOf(state)) ?? NOT_STORED;
    const computedSummary = summaryOf(state);
    const { controlId, scopeId = '' } = state;
    return storedSummary === computedSummary
      ? []
      : [{ controlId, scopeId, stored: storedSummary, computed: computedSummary }];
  });
}

function keyOf({ controlId, scopeId = '' }: Facts): string {
  return `${scopeId}/${controlId}`;
}

const NOT_STORED = 'nothing is stored';

function summaryOf({ status, openFindings, contradicted }: Facts): string {
  const findings = openFindings === 1 ? '1 open finding' : `${openFindings} open findings`;
  return `${status}, ${findings}${contradicted ? ', contradicted' : ''}`;
}
