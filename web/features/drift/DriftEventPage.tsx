import { Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Fragment } from 'react';
import { DRIFT_TYPE_LABELS, type DriftEvent } from '../../../contract/drift.js';
import { Facts } from '../../ui/Facts.js';
import { counted, instant } from '../../ui/format.js';
import { Loaded } from '../../ui/Loaded.js';
import { TextLink } from '../../ui/links.js';
import { PageHeader } from '../../ui/PageHeader.js';
import { Section } from '../../ui/Section.js';
import { DriftEventRow } from './DriftEventRow.js';
import classes from './DriftRows.module.css';
import { driftEventQuery } from './drift.api.js';

const route = getRouteApi('/drift/events/$eventId');

/** One episode with everything it affects. Messages and notifications link here. */
export function DriftEventPage() {
  const { eventId } = route.useParams();
  return (
    <Loaded query={useQuery(driftEventQuery(eventId))}>{(event) => <View event={event} />}</Loaded>
  );
}

function View({ event }: { event: DriftEvent }) {
  const { controls, controlsTotal, requirements, requirementsTotal, frameworks } = event;
  return (
    <>
      <PageHeader
        title={DRIFT_TYPE_LABELS[event.type]}
        crumb={<TextLink to="/drift">Drift</TextLink>}
        about={event.title}
      />
      <Stack gap="md">
        <Section title="What happened">
          <ul className={classes.rows}>
            <DriftEventRow event={event} />
          </ul>
        </Section>
        <Section title="Timeline">
          <Facts
            columns
            facts={[
              { label: 'First seen', value: instant(event.firstSeenAt) },
              { label: 'Last seen', value: instant(event.lastSeenAt) },
              { label: 'Seen', value: counted(event.count, 'time') },
              {
                label: 'Resolved',
                value: event.resolvedAt ? instant(event.resolvedAt) : 'Still open',
              },
            ]}
          />
        </Section>
        {controls.length > 0 && (
          <Section title={`Controls (${controlsTotal})`}>
            <Group gap="sm">
              {controls.map((controlId) => (
                <TextLink
                  key={controlId}
                  to="/controls/$controlId"
                  params={{ controlId }}
                  size="sm"
                >
                  {controlId}
                </TextLink>
              ))}
            </Group>
            <Rest shown={controls.length} total={controlsTotal} />
          </Section>
        )}
        {frameworks.length > 0 && (
          <Section title={`Requirements (${requirementsTotal})`}>
            <Stack gap="xs">
              {frameworks.map((frameworkId) => (
                <Text size="sm" key={frameworkId}>
                  <TextLink to="/frameworks/$frameworkId" params={{ frameworkId }} size="sm">
                    {frameworkId}
                  </TextLink>{' '}
                  {requirements
                    .filter((one) => one.startsWith(`${frameworkId}/`))
                    .map((one) => one.slice(frameworkId.length + 1))
                    .map((requirementId, i) => (
                      <Fragment key={requirementId}>
                        {i > 0 && ', '}
                        <TextLink
                          to="/frameworks/$frameworkId/requirements/$requirementId"
                          params={{ frameworkId, requirementId }}
                          inherit
                        >
                          {requirementId}
                        </TextLink>
                      </Fragment>
                    ))}
                </Text>
              ))}
            </Stack>
            <Rest shown={requirements.length} total={requirementsTotal} />
          </Section>
        )}
      </Stack>
    </>
  );
}

function Rest({ shown, total }: { shown: number; total: number }) {
  if (total <= shown) return null;
  return (
    <Text size="sm" c="dimmed">
      and {total - shown} more
    </Text>
  );
}
