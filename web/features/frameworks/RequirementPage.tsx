import { Grid, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { RequirementWhy } from '../../../contract/compliance.js';
import { Explain } from '../../app/Explain.js';
import { Attributions } from '../../ui/Attributions.js';
import { Facts } from '../../ui/Facts.js';
import { age, instant, percent } from '../../ui/format.js';
import { Loaded } from '../../ui/Loaded.js';
import { TextLink } from '../../ui/links.js';
import { PageHeader } from '../../ui/PageHeader.js';
import { Section } from '../../ui/Section.js';
import { RegionNotes } from '../controls/RegionNotes.js';
import { StatusTag } from '../controls/StatusTag.js';
import { requirementQuery } from './framework.api.js';
import { RequirementChecks } from './RequirementChecks.js';
import { RequirementControls } from './RequirementControls.js';
import { RequirementEvidence } from './RequirementEvidence.js';
import { RequirementHistory } from './RequirementHistory.js';
import { RequirementStatements } from './RequirementStatements.js';
import { RequirementSteps } from './RequirementSteps.js';

const route = getRouteApi('/frameworks/$frameworkId/requirements/$requirementId');

/** Why a requirement has its status, on one screen. */
export function RequirementPage() {
  const { frameworkId, requirementId } = route.useParams();
  const query = useQuery(requirementQuery(frameworkId, requirementId));
  return (
    <>
      {query.isError && (
        <PageHeader
          title={requirementId}
          crumb={<TextLink to="/frameworks">Frameworks</TextLink>}
        />
      )}
      <Loaded query={query}>
        {(requirement) => <RequirementView requirement={requirement} />}
      </Loaded>
    </>
  );
}

function RequirementView({ requirement }: { requirement: RequirementWhy }) {
  const { id, title, framework, status, why, scoped, attributions } = requirement;
  const { section, sectionTitle, expiredPoints } = requirement;
  return (
    <>
      <PageHeader
        title={title === id ? id : `${id} ${title}`}
        crumb={
          <>
            <TextLink to="/frameworks">Frameworks</TextLink> /{' '}
            <TextLink to="/frameworks/$frameworkId" params={{ frameworkId: framework.id }}>
              {framework.name}
            </TextLink>
            {sectionTitle &&
              ` / ${sectionTitle.startsWith(section) ? sectionTitle : `${section} ${sectionTitle}`}`}
          </>
        }
        tags={
          requirement.counted === false ? (
            <Text span c="dimmed">
              Not an obligation of yours
            </Text>
          ) : (
            <StatusTag status={status} />
          )
        }
      />
      <Grid gap="md">
        <Grid.Col span={{ base: 12, md: 8 }}>
          <Stack>
            <Section title="Why?">
              <Text fw={500} style={{ overflowWrap: 'anywhere' }}>
                {why}
              </Text>
              {expiredPoints !== undefined && (
                <Text size="sm" c="var(--tone-amber-fg)" mt="xs">
                  Expired evidence takes {expiredPoints.toFixed(2)} points off the framework’s score
                  here.
                </Text>
              )}
              {scoped && (
                <Text size="sm" c="dimmed" mt="xs">
                  Only the accounts in the framework’s{' '}
                  <TextLink to="/frameworks/scope" inherit underline="always">
                    scope
                  </TextLink>{' '}
                  count.
                </Text>
              )}
              <RegionNotes notes={requirement.regions} />
            </Section>
            <RequirementControls requirement={requirement} />
            <RequirementChecks requirement={requirement} />
            <RequirementHistory history={requirement.history} />
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 4 }}>
          <Stack>
            <RequirementSteps steps={requirement.steps} />
            <RequirementStatements requirement={requirement} />
            <RequirementEvidence evidence={requirement.evidence} />
            <AboutRequirement requirement={requirement} />
          </Stack>
        </Grid.Col>
      </Grid>
      <Attributions texts={attributions} />
    </>
  );
}

function AboutRequirement({ requirement }: { requirement: RequirementWhy }) {
  const { weight, value, coverage, passing, evaluatedAt } = requirement;
  return (
    <Section title="About this requirement">
      <Facts
        columns
        facts={[
          { label: 'Weight', value: weight },
          { label: 'Met', value: percent(value * 100) },
          { label: 'Evaluated', value: percent(coverage * 100) },
          {
            label: 'Passing',
            value: typeof passing === 'number' ? percent(passing) : null,
            help: <Explain word="passing" />,
          },
          {
            label: 'As of',
            value: evaluatedAt && <time title={instant(evaluatedAt)}>{age(evaluatedAt)}</time>,
          },
        ]}
      />
    </Section>
  );
}
