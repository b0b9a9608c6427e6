import { Grid, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { ControlDetail } from '../../../contract/compliance.js';
import { Explain } from '../../app/Explain.js';
import { Facts } from '../../ui/Facts.js';
import { age, day, instant, percent, words } from '../../ui/format.js';
import { Loaded } from '../../ui/Loaded.js';
import { TextLink } from '../../ui/links.js';
import { PageHeader } from '../../ui/PageHeader.js';
import { Section } from '../../ui/Section.js';
import { ScfCard } from '../scf/ScfCard.js';
import { Contradiction } from './Contradiction.js';
import { ControlAnswers } from './ControlAnswers.js';
import { ControlDecisionCard } from './ControlDecisionCard.js';
import { ControlHistory } from './ControlHistory.js';
import { ControlRequirements } from './ControlRequirements.js';
import { ContradictedTag } from './ControlRow.js';
import { ControlScopes } from './ControlScopes.js';
import { ControlWhy } from './ControlWhy.js';
import { controlQuery } from './control.api.js';
import { DecisionLog } from './DecisionLog.js';
import { AssuranceTag, StatusTag } from './StatusTag.js';

const route = getRouteApi('/controls/$controlId');

export function ControlPage() {
  const { controlId } = route.useParams();
  return (
    <Loaded query={useQuery(controlQuery(controlId))}>
      {(control) => <ControlView control={control} />}
    </Loaded>
  );
}

function ControlView({ control }: { control: ControlDetail }) {
  const { id, title, domain, domainName, status, assurance, contradicted, intent } = control;
  return (
    <>
      <PageHeader
        title={`${id} ${title}`}
        crumb={
          <>
            <TextLink to="/controls">Controls</TextLink> /{' '}
            <TextLink to="/controls" search={{ domain }}>
              {domainName}
            </TextLink>
          </>
        }
        tags={
          <>
            <StatusTag status={status} />
            <AssuranceTag assurance={assurance} />
            {contradicted && <ContradictedTag />}
          </>
        }
        about={
          <>
            {intent}
            {control.attribution && (
              <Text size="xs" mt="xs" style={{ overflowWrap: 'anywhere' }}>
                {control.attribution}
              </Text>
            )}
          </>
        }
      />
      <Grid gap="md">
        <Grid.Col span={{ base: 12, md: 8 }}>
          <Stack>
            <Contradiction control={control} />
            <ControlWhy control={control} />
            <ControlAnswers control={control} />
            <ControlScopes control={control} />
            <ControlRequirements
              requirements={control.requirements}
              attributions={control.attributions}
            />
            <ScfCard controlId={id} />
            <ControlHistory controlId={id} />
            <DecisionLog controlId={id} />
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 4 }}>
          <Stack>
            <ControlDecisionCard control={control} />
            <AboutControl control={control} />
          </Stack>
        </Grid.Col>
      </Grid>
    </>
  );
}

function AboutControl({ control }: { control: ControlDetail }) {
  const { weight, kind, cadence, since, evaluatedAt, keywords, assurance, passing } = control;
  return (
    <Section title="About this control">
      <Facts
        columns
        facts={[
          { label: 'Weight', value: weight, help: <Explain word="weight" /> },
          {
            label: 'Assurance',
            value: words(assurance),
            help: <Explain word="assurance" />,
          },
          {
            label: 'Passing',
            value: typeof passing === 'number' ? percent(passing) : null,
            help: <Explain word="passing" />,
          },
          { label: 'Kind', value: words(kind) },
          { label: 'Reviewed', value: words(cadence) },
          { label: 'Status since', value: since && day(since) },
          {
            label: 'Evaluated',
            value: evaluatedAt && <time title={instant(evaluatedAt)}>{age(evaluatedAt)}</time>,
          },
        ]}
      />
      {keywords.length > 0 && (
        <Text size="xs" c="dimmed" mt="sm">
          Keywords: {keywords.join(', ')}
        </Text>
      )}
    </Section>
  );
}
