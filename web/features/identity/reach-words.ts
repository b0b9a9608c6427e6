import type { AuditReach } from '../../../contract/audit-reach.js';

// Of the days as they were chosen, in UTC: a period is the same for everybody.
const days = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeZone: 'UTC' });
const dayOf = (instant: string) => days.format(new Date(instant));

/** `only SOC 2, evidence of Jan 1, 2026 – Mar 31, 2026` */
export function reachWords({ from, to }: AuditReach, frameworkName: string): string {
  const period =
    from && to
      ? `, evidence of ${dayOf(from)} – ${dayOf(to)}`
      : from
        ? `, evidence since ${dayOf(from)}`
        : to
          ? `, evidence until ${dayOf(to)}`
          : '';
  return `only ${frameworkName}${period}`;
}
