import { Box, Grid, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { History } from 'lucide-react';
import type { PastPosture as Past } from '../../../contract/compliance.js';
import { postureQuery } from '../../api/compliance-cache.js';
import { day, instant } from '../../ui/format.js';
import { Loaded } from '../../ui/Loaded.js';
import { ButtonLink } from '../../ui/links.js';
import { Notice } from '../../ui/Notice.js';
import { Section } from '../../ui/Section.js';
import { FrameworkLine } from '../frameworks/FrameworkLine.js';
import lines from '../frameworks/FrameworkLine.module.css';
import { rangeText } from '../frameworks/score.words.js';
import { ControlDistribution } from './ControlDistribution.js';
import { momentText } from './past-moment.js';
import { pastPostureQuery } from './posture.api.js';

/** The posture at a past moment, compared with the present. */
export function PastPosture({ at }: { at: string }) {
  return (
    <Stack>
      <Notice tone="amber" icon={History} title={`Posture as of ${momentText(at)}`}>
        <Stack gap="xs" align="flex-start">
          <Text size="sm">
            Scores and counts as they were then, under the rules and evidence of that time.
          </Text>
          <ButtonLink to="/" size="compact-sm" variant="default">
            Back to now
          </ButtonLink>
        </Stack>
      </Notice>
      <Loaded query={useQuery(pastPostureQuery(at))}>{(past) => <Then past={past} />}</Loaded>
    </Stack>
  );
}

function Then({ past: { frameworks, controls } }: { past: Past }) {
  const now = useQuery(postureQuery).data?.frameworks ?? [];
  if (frameworks.length === 0) {
    return (
      <Section title="Frameworks">
        <Text size="sm">
          Nothing was recorded by then: no framework was active, or the engine had not run yet.
          Choose a later date.
        </Text>
      </Section>
    );
  }
  return (
    <Grid gap="md">
      <Grid.Col span={{ base: 12, md: 8 }}>
        <Section title="Frameworks">
          <Box component="ul" className={lines.lines}>
            {frameworks.map(({ frameworkId: id, since, ...posture }) => {
              const today = now.find((each) => each.id === id);
              return (
                <FrameworkLine
                  key={id}
                  framework={{ id, ...posture }}
                  past={
                    <>
                      <time title={instant(since)}>since {day(since)}</time> ·{' '}
                      {today ? `now ${rangeText(today).toLowerCase()}` : 'not active now'}
                    </>
                  }
                />
              );
            })}
          </Box>
        </Section>
      </Grid.Col>
      <Grid.Col span={{ base: 12, md: 4 }}>
        <ControlDistribution counts={controls} past />
      </Grid.Col>
    </Grid>
  );
}
