import { getRouteApi } from '@tanstack/react-router';
import { useAppState } from '../../app/AppStateContext.js';
import { TextLink } from '../../ui/links.js';
import { PageHeader } from '../../ui/PageHeader.js';
import { NotAllowed } from './NotAllowed.js';
import { ScheduleForm } from './ScheduleForm.js';
import { draftOf } from './scan-draft.js';
import { useCreateSchedule } from './schedule.api.js';

const route = getRouteApi('/scans/schedules/new');

export function NewSchedulePage() {
  const { may } = useAppState();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const create = useCreateSchedule();
  return (
    <>
      <PageHeader
        title="New schedule"
        crumb={<TextLink to="/scans/schedules">Schedules</TextLink>}
        about="Choose what to scan and when. A run is skipped while another scan of the target is active."
      />
      {may('scans:run') ? (
        <ScheduleForm
          initial={draftOf(search)}
          submit="Create schedule"
          save={create}
          onSaved={() => navigate({ to: '/scans/schedules' })}
        />
      ) : (
        <NotAllowed what="schedule scans" />
      )}
    </>
  );
}
