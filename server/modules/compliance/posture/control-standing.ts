import type { ControlStatus, StatedNumber } from '../../../../contract/compliance.js';

/** What scores need of a control's state. */
export interface ControlStanding {
  status: ControlStatus;
  /** Partial because evidence passes without proving the whole: nothing fails, and no person decided so. */
  incomplete: boolean;
  stated: readonly StatedNumber[];
  /** The status that expired evidence took back. */
  lapsed?: 'implemented' | 'partial';
}

type Kept = Partial<Pick<ControlStanding, 'incomplete' | 'stated' | 'lapsed'>>;

/** The standing without its status as text, so that a database can group by it; empty for most controls. */
export function standingText({
  incomplete,
  stated,
  lapsed,
}: Omit<ControlStanding, 'status'>): string {
  if (!incomplete && stated.length === 0 && !lapsed) return '';
  const kept: Kept = {
    ...(incomplete ? { incomplete } : {}),
    ...(stated.length > 0 ? { stated } : {}),
    ...(lapsed ? { lapsed } : {}),
  };
  return JSON.stringify(kept);
}

export function standingOf(status: ControlStatus, text: string): ControlStanding {
  const { incomplete = false, stated = [], lapsed } = text === '' ? {} : (JSON.parse(text) as Kept);
  return { status, incomplete, stated, ...(lapsed ? { lapsed } : {}) };
}
