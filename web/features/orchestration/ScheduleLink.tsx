import { CalendarClock } from 'lucide-react';
import { useAppState } from '../../app/AppStateContext.js';
import { ButtonLink } from '../../ui/links.js';
import type { NewScanSearch } from './scans.search.js';

interface ScheduleLinkProps {
  /** The target, as the form of a schedule starts with it. */
  search: NewScanSearch;
  /** Names the target for screen readers where there are several. */
  of?: string;
  size?: 'compact-sm';
}

/** To the form that schedules scans of a target; nothing for users who may not. */
export function ScheduleLink({ search, of, size }: ScheduleLinkProps) {
  const { may, unavailable } = useAppState();
  if (!may('scans:run') || unavailable('orchestration')) return null;
  return (
    <ButtonLink
      to="/scans/schedules/new"
      search={search}
      size={size}
      variant="default"
      leftSection={<CalendarClock size={size ? 14 : 16} aria-hidden />}
      aria-label={of && `Schedule scans of ${of}`}
    >
      Schedule
    </ButtonLink>
  );
}
