import { Button, Code, Grid, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { EvidenceDetail } from '../../../contract/evidence.js';
import { Facts } from '../../ui/Facts.js';
import { bytes, day, instant, words } from '../../ui/format.js';
import { Loaded } from '../../ui/Loaded.js';
import { TextLink } from '../../ui/links.js';
import { PageHeader } from '../../ui/PageHeader.js';
import classes from '../../ui/rows.module.css';
import { Section } from '../../ui/Section.js';
import { Tag } from '../../ui/Tag.js';
import { StatusTag } from '../controls/StatusTag.js';
import { EvidenceActions } from './EvidenceActions.js';
import { EvidenceStateTag } from './EvidenceStateTag.js';
import { evidenceQuery } from './evidence.api.js';

const route = getRouteApi('/evidence/$evidenceId');

export function EvidenceItemPage() {
  const { evidenceId } = route.useParams();
  return (
    <Loaded query={useQuery(evidenceQuery(evidenceId))}>{(item) => <View item={item} />}</Loaded>
  );
}

function View({ item }: { item: EvidenceDetail }) {
  return (
    <>
      <PageHeader
        title={item.title}
        crumb={<TextLink to="/evidence">Evidence</TextLink>}
        tags={
          <>
            <EvidenceStateTag state={item.state} />
            {!item.valid && <Tag tone="gray">{whyNot(item)}</Tag>}
            {item.deletedAt && <Tag tone="red">Removed</Tag>}
          </>
        }
        about={item.description}
        actions={<EvidenceActions item={item} />}
      />
      <Grid gap="md">
        <Grid.Col span={{ base: 12, md: 7 }}>
          <Stack>
            <Supports item={item} />
            <Revisions item={item} />
            <Reviews item={item} />
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 5 }}>
          <Stack>
            <About item={item} />
            <Quality item={item} />
          </Stack>
        </Grid.Col>
      </Grid>
    </>
  );
}

/** The state tag next to it shows waiting, rejected or expired. */
function whyNot({ state, effectiveFrom, deletedAt }: EvidenceDetail): string {
  const isAccepted = state === 'approved' || state === 'auto_collected';
  const isComing = isAccepted && deletedAt === null && effectiveFrom > new Date().toISOString();
  return isComing ? `Counts from ${day(effectiveFrom)}` : 'Does not count now';
}

function Supports({ item: { controls, requirements } }: { item: EvidenceDetail }) {
  const nothing = controls.length + requirements.length === 0;
  return (
    <Section title="Supports">
      {nothing && <Text size="sm">No control or requirement is linked yet.</Text>}
      <ul className={classes.rows}>
        {controls.map(({ id, title, status }) => (
          <li key={id} className={classes.row}>
            <TextLink to="/controls/$controlId" params={{ controlId: id }} size="sm">
              {id} {title}
            </TextLink>
            <StatusTag status={status} />
          </li>
        ))}
        {requirements.map(({ framework, requirement }) => (
          <li key={`${framework}/${requirement}`} className={classes.row}>
            <TextLink
              to="/frameworks/$frameworkId/requirements/$requirementId"
              params={{ frameworkId: framework, requirementId: requirement }}
              size="sm"
            >
              {framework} {requirement}
            </TextLink>
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Revisions({ item: { id, revisions } }: { item: EvidenceDetail }) {
  return (
    <Section title="Revisions">
      <ul className={classes.rows}>
        {revisions.toReversed().map((one) => (
          <li key={one.number} className={classes.row}>
            <div className={classes.what}>
              <Text size="sm" fw={600}>
                {one.number}. {one.fileName}
              </Text>
              <Text size="xs" c="dimmed">
                {bytes(one.sizeBytes)} · {one.mediaType} · {instant(one.uploadedAt)} by{' '}
                {one.uploadedBy} · {one.masked ? 'secrets masked' : 'stored unchanged'}
              </Text>
              <Code style={{ overflowWrap: 'anywhere' }}>{one.sha256}</Code>
            </div>
            <Button
              component="a"
              href={`/api/evidence/${encodeURIComponent(id)}/content?revision=${one.number}`}
              download
              size="compact-sm"
              variant="default"
              aria-label={`Download revision ${one.number}`}
            >
              Download
            </Button>
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Reviews({ item: { reviews } }: { item: EvidenceDetail }) {
  return (
    <Section title="Reviews">
      {reviews.length === 0 && <Text size="sm">Not reviewed yet.</Text>}
      <ul className={classes.rows}>
        {reviews.toReversed().map((one) => (
          <li key={`${one.at} ${one.action}`} className={classes.row}>
            <div className={classes.what}>
              <Text size="sm">
                {words(one.action)} by {one.actor}
                {one.action === 'approved' && one.ownWork && ' (own upload)'}
              </Text>
              {one.reason && <Text size="xs">{one.reason}</Text>}
            </div>
            <Text size="xs" c="dimmed">
              {instant(one.at)} · revision {one.revision}
            </Text>
          </li>
        ))}
      </ul>
    </Section>
  );
}

function About({ item }: { item: EvidenceDetail }) {
  const { kind, source, summary, effectiveFrom, effectiveTo, collectedAt, expiresAt } = item;
  return (
    <Section title="About this evidence">
      <Facts
        columns
        facts={[
          { label: 'Kind', value: words(kind) },
          {
            label: 'Source',
            value: [source.tool, source.toolVersion, source.person].filter(Boolean).join(' '),
          },
          { label: 'Collected', value: day(collectedAt) },
          {
            label: 'In effect',
            value: `${day(effectiveFrom)} – ${effectiveTo ? day(effectiveTo) : 'no end date'}`,
          },
          { label: 'Expires', value: day(expiresAt) },
          { label: 'Checks', value: summary?.checks },
          {
            label: 'Passed, failed, unknown',
            value: summary && `${summary.pass}, ${summary.fail}, ${summary.unknown}`,
          },
          { label: 'Accounts', value: summary?.accounts.join(', ') },
          {
            label: 'Renewal requested',
            value: item.renewalRequestedAt && day(item.renewalRequestedAt),
          },
        ]}
      />
    </Section>
  );
}

function Quality({ item: { quality } }: { item: EvidenceDetail }) {
  return (
    <Section title={`Quality ${quality.score} of 100`}>
      <ul className={classes.rows}>
        {quality.parts.map(({ name, points, of, why }) => (
          <li key={name} className={classes.row}>
            <Group gap="xs">
              <Text size="sm" fw={600}>
                {name}
              </Text>
              <Text size="xs" c="dimmed">
                {why}
              </Text>
            </Group>
            <Text size="sm" className="tabular">
              {points} of {of}
            </Text>
          </li>
        ))}
      </ul>
    </Section>
  );
}
