import { Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { z } from 'zod';
import type { getScanSchedule } from '../../../contract/scan-schedules.js';
import { useAppState } from '../../app/AppStateContext.js';
import { Loaded } from '../../ui/Loaded.js';
import { TextLink } from '../../ui/links.js';
import { PageHeader } from '../../ui/PageHeader.js';
import classes from '../../ui/rows.module.css';
import { Section } from '../../ui/Section.js';
import { Tag } from '../../ui/Tag.js';
import { LastRun } from './LastRun.js';
import { NotAllowed } from './NotAllowed.js';
import { ScheduleForm } from './ScheduleForm.js';
import { draftFrom } from './scan-draft.js';
import { scheduleQuery, useChangeSchedule } from './schedule.api.js';

const route = getRouteApi('/scans/schedules/$scheduleId');

export function SchedulePage() {
  const { scheduleId } = route.useParams();
  return (
    <Loaded query={useQuery(scheduleQuery(scheduleId))}>
      {(schedule) => <ScheduleView key={schedule.id} schedule={schedule} />}
    </Loaded>
  );
}

function ScheduleView({ schedule }: { schedule: z.output<typeof getScanSchedule.result> }) {
  const { may } = useAppState();
  const navigate = route.useNavigate();
  const change = useChangeSchedule(schedule.id);
  return (
    <>
      <PageHeader
        title={schedule.name}
        crumb={<TextLink to="/scans/schedules">Schedules</TextLink>}
        about={schedule.target}
        tags={!schedule.enabled && <Tag tone="gray">Paused</Tag>}
      />
      <Stack>
        {may('scans:run') ? (
          <ScheduleForm
            initial={draftFrom(schedule.request)}
            schedule={schedule}
            submit="Save"
            save={change}
            onSaved={() => navigate({ to: '/scans/schedules' })}
          />
        ) : (
          <NotAllowed what="change schedules" />
        )}
        <Section title="Last runs">
          {schedule.runs.length === 0 ? (
            <Text size="sm" c="dimmed">
              No run yet.
            </Text>
          ) : (
            <ul className={classes.rows}>
              {schedule.runs.map((run) => (
                <li key={run.at} className={classes.row}>
                  <Group gap="xs">
                    <LastRun run={run} />
                  </Group>
                </li>
              ))}
            </ul>
          )}
        </Section>
      </Stack>
    </>
  );
}
