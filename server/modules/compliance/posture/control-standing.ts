import type { ControlStatus, StatedNumber } from '../../../../contract/compliance.js';

/** What scores need of a control's state. */
export interface ControlStanding {
  status: ControlStatus;
  /** Partial because evidence passes without proving the whole: nothing fails, and no person decided so. */
  incomplete: boolean;
  stated: readonly StatedNumber[];
  /** The status that expired evidence took back. */
  lapsed?: 'implemented' | 'partial';
  /** The last day on which it was implemented, where only age took that back. */
  implementedUntil?: string;
}

type Kept = Partial<Pick<ControlStanding, 'incomplete' | 'stated' | 'lapsed' | 'implementedUntil'>>;

/** The standing without its status as text, so that a database can group by it; empty for most controls. */
export function standingText({
  incomplete,
  stated,
  lapsed,
  implementedUntil,
}: Omit<ControlStanding, 'status'>): string {
  if (!incomplete && stated.length === 0 && !lapsed) return '';
  const kept: Kept = {
    ...(incomplete ? { incomplete } : {}),
    ...(stated.length > 0 ? { stated } : {}),
    ...(lapsed ? { lapsed } : {}),
    ...(implementedUntil ? { implementedUntil } : {}),
  };
  return JSON.stringify(kept);
}

export function standingOf(status: ControlStatus, text: string): ControlStanding {
  const kept = text === '' ? {} : (JSON.parse(text) as Kept);
  return { incomplete: false, stated: [], ...kept, status };
}
