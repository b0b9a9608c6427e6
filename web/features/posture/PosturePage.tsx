import { Box, Grid, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { postureQuery } from '../../api/compliance-cache.js';
import { Explain } from '../../app/Explain.js';
import { Attributions } from '../../ui/Attributions.js';
import { Loaded } from '../../ui/Loaded.js';
import { PageHeader } from '../../ui/PageHeader.js';
import { Section } from '../../ui/Section.js';
import { CheckFixes } from '../frameworks/CheckFixes.js';
import { FrameworkLine } from '../frameworks/FrameworkLine.js';
import lines from '../frameworks/FrameworkLine.module.css';
import { Uploads } from '../security-scans/Uploads.js';
import { Accounts } from './Accounts.js';
import { AsOf } from './AsOf.js';
import { ControlDistribution } from './ControlDistribution.js';
import { EngineStatus } from './EngineStatus.js';
import { OpenFindings } from './OpenFindings.js';
import { PastPosture } from './PastPosture.js';
import { PostureEmpty } from './PostureEmpty.js';
import { scoresQuery } from './posture.api.js';
import { isEmpty, type PostureData } from './posture.data.js';
import { RunningScans } from './RunningScans.js';
import { TopFixes } from './TopFixes.js';

const route = getRouteApi('/');

export function PosturePage() {
  const { at } = route.useSearch();
  return (
    <Loaded query={useQuery(postureQuery)}>
      {(posture) => {
        if (at !== undefined) return <PostureAt at={at} />;
        return isEmpty(posture) ? <PostureEmpty /> : <PostureOverview posture={posture} />;
      }}
    </Loaded>
  );
}

function PostureAt({ at }: { at: string }) {
  return (
    <>
      <Header at={at} />
      <PastPosture at={at} />
    </>
  );
}

function Header({ at }: { at?: string }) {
  const navigate = route.useNavigate();
  return (
    <PageHeader
      title="Posture"
      about="Where you stand in each framework, based on your scans and imported reports."
      actions={<AsOf at={at} onChange={(day) => navigate({ search: { at: day } })} />}
    />
  );
}

function PostureOverview({ posture }: { posture: PostureData }) {
  const { frameworks, controls, openFindings, accounts, topFixes, attributions } = posture;
  // The page does not wait for the trends.
  const scores = useQuery(scoresQuery);
  return (
    <>
      <Header />
      <RunningScans />
      <Uploads hideCompleted />
      <Grid gap="md">
        <Grid.Col span={{ base: 12, md: 8 }}>
          <Stack>
            <Section
              title="Frameworks"
              actions={
                <Text size="xs" c="dimmed" component="div">
                  Filled: score <Explain word="score" /> · striped: up to the ceiling{' '}
                  <Explain word="ceiling" /> · passing, dashed in the trend{' '}
                  <Explain word="passing" />
                </Text>
              }
            >
              <Box component="ul" className={lines.lines}>
                {frameworks.map((framework) => (
                  <FrameworkLine
                    key={framework.id}
                    framework={framework}
                    trend={scores.data?.items.filter(
                      ({ frameworkId }) => frameworkId === framework.id,
                    )}
                  />
                ))}
              </Box>
            </Section>
            <CheckFixes />
            <TopFixes fixes={topFixes} frameworks={frameworks} />
            <Attributions texts={attributions} />
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 4 }}>
          <Stack>
            <OpenFindings counts={openFindings} />
            <ControlDistribution counts={controls} />
            <Accounts accounts={accounts} />
            <EngineStatus />
          </Stack>
        </Grid.Col>
      </Grid>
    </>
  );
}
