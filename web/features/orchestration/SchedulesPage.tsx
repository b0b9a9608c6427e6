import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { CalendarClock } from 'lucide-react';
import { EmptyState } from '../../ui/EmptyState.js';
import { counted } from '../../ui/format.js';
import { Loaded } from '../../ui/Loaded.js';
import { PageHeader } from '../../ui/PageHeader.js';
import { Section } from '../../ui/Section.js';
import { ScanSections } from './ScanSections.js';
import { ScheduleRow } from './ScheduleRow.js';
import classes from './ScheduleRow.module.css';
import { schedulesQuery } from './schedule.api.js';

export function SchedulesPage() {
  const query = useQuery(schedulesQuery);
  return (
    <>
      <PageHeader
        title="Schedules"
        about="Recurring jobs. Each active cloud account gets a daily scan for severe issues and a full scan every week."
      />
      <ScanSections />
      <Loaded query={query}>
        {({ items }) =>
          items.length === 0 ? (
            <EmptyState icon={CalendarClock} title="No schedules">
              Every cloud account you add gets its schedules.
            </EmptyState>
          ) : (
            <Section
              title="Recurring jobs"
              actions={<Text size="sm">{counted(items.length, 'schedule')}</Text>}
            >
              <ul className={classes.rows}>
                {items.map((schedule) => (
                  <ScheduleRow key={schedule.id} schedule={schedule} />
                ))}
              </ul>
            </Section>
          )
        }
      </Loaded>
    </>
  );
}
