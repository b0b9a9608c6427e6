import type { TeamControlState } from './control-states.repository.js';

/** A control whose stored state is not what all evidence together makes of it. */
export interface Divergence {
  controlId: string;
  stored: string;
  computed: string;
}

type Facts = Pick<TeamControlState, 'controlId' | 'status' | 'openFindings' | 'contradicted'>;

/** Compares what does not change with time alone: how fresh the evidence is may differ. */
export function divergencesBetween(
  stored: readonly Facts[],
  computed: readonly Facts[],
): Divergence[] {
  const before = new Map(stored.map((state) => [state.controlId, told(state)]));
  return computed.flatMap((state) => {
    const was = before.get(state.controlId) ?? NOT_STORED;
    const is = told(state);
    return was === is ? [] : [{ controlId: state.controlId, stored: was, computed: is }];
  });
}

const NOT_STORED = 'nothing is stored';

function told({ status, openFindings, contradicted }: Facts): string {
  const findings = openFindings === 1 ? '1 open finding' : `${openFindings} open findings`;
  return `${status}, ${findings}${contradicted ? ', contradicted' : ''}`;
}
