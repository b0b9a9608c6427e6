import { Code, Grid, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Loaded } from '../../ui/Loaded.js';
import { TextLink } from '../../ui/links.js';
import { PageHeader } from '../../ui/PageHeader.js';
import { Section } from '../../ui/Section.js';
import { SeverityBadge } from '../../ui/SeverityBadge.js';
import { Tag } from '../../ui/Tag.js';
import { FindingCheck } from './FindingCheck.js';
import { FindingContext } from './FindingContext.js';
import { FindingControls } from './FindingControls.js';
import { FindingHistory } from './FindingHistory.js';
import { FindingResource } from './FindingResource.js';
import { FindingStatusTag } from './FindingStatusTag.js';
import { FindingTriage } from './FindingTriage.js';
import { findingQuery } from './finding.api.js';
import type { FindingData } from './finding.data.js';

const route = getRouteApi('/findings/$findingId');

export function FindingPage() {
  const { findingId } = route.useParams();
  return (
    <Loaded query={useQuery(findingQuery(findingId))}>
      {(finding) => <FindingView finding={finding} />}
    </Loaded>
  );
}

function FindingView({ finding }: { finding: FindingData }) {
  const { title, severity, status, staleSince, observed, checkId, resourceName, resourceUid } =
    finding;
  return (
    <>
      <PageHeader
        title={title}
        crumb={
          <>
            <TextLink to="/findings">Findings</TextLink> /{' '}
            <TextLink to="/findings" search={{ checkId: [checkId] }}>
              {checkId}
            </TextLink>
          </>
        }
        tags={
          <>
            <SeverityBadge severity={severity} />
            <FindingStatusTag status={status} />
            {staleSince && <Tag tone="amber">Stale</Tag>}
          </>
        }
        about={
          <>
            on <Code>{resourceName || resourceUid}</Code>
          </>
        }
      />
      <Grid gap="md">
        <Grid.Col span={{ base: 12, md: 8 }}>
          <Stack>
            <Section title="What was observed">
              <Text size="sm">{observed || 'The tool gave no details.'}</Text>
            </Section>
            {finding.details && <FindingContext details={finding.details} />}
            <FindingCheck check={finding.check} />
            <FindingControls tool={finding.tool} checkId={checkId} />
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 4 }}>
          <Stack>
            <FindingTriage finding={finding} />
            <FindingHistory finding={finding} />
            <FindingResource finding={finding} />
          </Stack>
        </Grid.Col>
      </Grid>
    </>
  );
}
