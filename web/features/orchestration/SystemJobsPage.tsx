import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useAppState } from '../../app/AppStateContext.js';
import { counted } from '../../ui/format.js';
import { Loaded } from '../../ui/Loaded.js';
import { PageHeader } from '../../ui/PageHeader.js';
import { Section } from '../../ui/Section.js';
import { NotAllowed } from './NotAllowed.js';
import { ScanSections } from './ScanSections.js';
import classes from './ScheduleRow.module.css';
import { SystemJobRow } from './SystemJobRow.js';
import { systemJobsQuery } from './system-job.api.js';

export function SystemJobsPage() {
  const { may } = useAppState();
  return (
    <>
      <PageHeader
        title="System jobs"
        about="Internal recurring jobs of this installation, such as repairs and purges. They serve every team."
      />
      <ScanSections />
      {may('installation:write') ? (
        <Jobs />
      ) : (
        <NotAllowed what="see the jobs of the installation" />
      )}
    </>
  );
}

function Jobs() {
  return (
    <Loaded query={useQuery(systemJobsQuery)}>
      {({ items }) => (
        <Section
          title="Recurring jobs"
          actions={<Text size="sm">{counted(items.length, 'job')}</Text>}
        >
          <ul className={classes.rows}>
            {items.map((job) => (
              <SystemJobRow key={job.id} job={job} />
            ))}
          </ul>
        </Section>
      )}
    </Loaded>
  );
}
