import type { ControlStatus, StatedNumber } from '../../../../contract/compliance.js';

/** What scores need of a control's state. */
export interface ControlStanding {
  status: ControlStatus;
  /** Partial because evidence passes without proving the whole: nothing fails, and no person decided so. */
  incomplete: boolean;
  stated: readonly StatedNumber[];
}

type Kept = Partial<Pick<ControlStanding, 'incomplete' | 'stated'>>;

/** The standing without its status as text, so that a database can group by it; empty for most controls. */
export function standingText({ incomplete, stated }: Omit<ControlStanding, 'status'>): string {
  if (!incomplete && stated.length === 0) return '';
  const kept: Kept = {
    ...(incomplete ? { incomplete } : {}),
    ...(stated.length > 0 ? { stated } : {}),
  };
  return JSON.stringify(kept);
}

export function standingOf(status: ControlStatus, text: string): ControlStanding {
  const { incomplete = false, stated = [] } = text === '' ? {} : (JSON.parse(text) as Kept);
  return { status, incomplete, stated };
}
