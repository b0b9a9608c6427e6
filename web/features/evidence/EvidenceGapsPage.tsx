import { Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { CircleCheck } from 'lucide-react';
import type { EvidenceCoverage, EvidenceGap, getEvidenceGaps } from '../../../contract/evidence.js';
import type { ResultOf } from '../../api/apiService.js';
import { EmptyState } from '../../ui/EmptyState.js';
import { counted, day, percent, words } from '../../ui/format.js';
import { Loaded } from '../../ui/Loaded.js';
import { TextLink } from '../../ui/links.js';
import { PageHeader } from '../../ui/PageHeader.js';
import { RangeBar } from '../../ui/RangeBar.js';
import classes from '../../ui/rows.module.css';
import { Section } from '../../ui/Section.js';
import { Tag } from '../../ui/Tag.js';
import { EvidenceLinks } from './EvidenceLinks.js';
import { coverageQuery, gapsQuery } from './evidence.api.js';

const route = getRouteApi('/evidence/gaps');
const MAX_SHOWN = 200;

export function EvidenceGapsPage() {
  const { framework } = route.useSearch();
  return (
    <>
      <PageHeader
        title="Supported by evidence"
        about="How much of each framework has valid evidence. Evidence can also show failures: this measures what was assessed, not what is met."
      />
      <EvidenceLinks />
      <Loaded query={useQuery(coverageQuery)}>
        {({ items }) => (
          <Section title="Frameworks" mt="sm">
            <ul className={classes.rows}>
              {items.map((item) => (
                <CoverageRow key={item.frameworkId} item={item} />
              ))}
            </ul>
          </Section>
        )}
      </Loaded>
      {framework ? (
        <GapsOf framework={framework} />
      ) : (
        <Text size="sm" c="dimmed" mt="sm">
          Choose a framework to see what lacks evidence.
        </Text>
      )}
    </>
  );
}

function CoverageRow({ item }: { item: EvidenceCoverage }) {
  const { frameworkId, name, coverage, covered, partly, requirements } = item;
  return (
    <li className={classes.row}>
      <div className={classes.what}>
        <Group justify="space-between" gap="xs">
          <TextLink to="/evidence/gaps" search={{ framework: frameworkId }} size="sm" fw={600}>
            {name}
          </TextLink>
          <Text size="xs" c="dimmed" className="tabular">
            {percent(coverage)} · {covered} fully, {partly} partly, of{' '}
            {counted(requirements, 'requirement')}
          </Text>
        </Group>
        <RangeBar
          label={`${name}: ${coverage} % with evidence`}
          from={coverage}
          to={coverage}
          tone={coverage >= 70 ? 'green' : coverage >= 40 ? 'amber' : 'red'}
        />
      </div>
    </li>
  );
}

function GapsOf({ framework }: { framework: string }) {
  return (
    <Loaded query={useQuery(gapsQuery(framework))}>
      {({ controls, requirements }) => {
        if (controls.length + requirements.length === 0) {
          return (
            <EmptyState icon={CircleCheck} title="No gaps">
              Every control and requirement of this framework has valid evidence.
            </EmptyState>
          );
        }
        return (
          <>
            {controls.length > 0 && <ControlGaps controls={controls} />}
            {requirements.length > 0 && (
              <RequirementGaps frameworkId={framework} requirements={requirements} />
            )}
          </>
        );
      }}
    </Loaded>
  );
}

type Gaps = ResultOf<typeof getEvidenceGaps>;

function ControlGaps({ controls }: Pick<Gaps, 'controls'>) {
  return (
    <Section title={`Gaps: ${counted(controls.length, 'control')}`} mt="sm">
      <ul className={classes.rows}>
        {controls.slice(0, MAX_SHOWN).map((gap) => (
          <GapRow key={gap.controlId} gap={gap} />
        ))}
      </ul>
      <Rest total={controls.length} what="controls" />
    </Section>
  );
}

interface RequirementGapsProps extends Pick<Gaps, 'requirements'> {
  frameworkId: string;
}

function RequirementGaps({ frameworkId, requirements }: RequirementGapsProps) {
  const title = `${counted(requirements.length, 'requirement')} without evidence for every part`;
  return (
    <Section title={title} mt="sm">
      <ul className={classes.rows}>
        {requirements.slice(0, MAX_SHOWN).map((requirement) => (
          <li key={requirement.id} className={classes.row}>
            <div className={classes.what}>
              <TextLink
                to="/frameworks/$frameworkId/requirements/$requirementId"
                params={{ frameworkId, requirementId: requirement.id }}
                size="sm"
              >
                {requirement.id} {requirement.title}
              </TextLink>
              <Text size="xs" c="dimmed">
                Missing: {requirement.missing.join(', ')}
              </Text>
            </div>
          </li>
        ))}
      </ul>
      <Rest total={requirements.length} what="requirements" />
    </Section>
  );
}

function Rest({ total, what }: { total: number; what: string }) {
  if (total <= MAX_SHOWN) return null;
  return (
    <Text size="xs" c="dimmed" mt="sm">
      The first {MAX_SHOWN} {what} are shown.
    </Text>
  );
}

const WHY: Record<EvidenceGap['reason'], string> = {
  none: 'No evidence',
  expired: 'Expired',
  in_review: 'Waiting for review',
  not_yet: 'Not yet in effect',
  rejected: 'Rejected',
  expiring: 'Expires soon',
};

const IN_PROGRESS: readonly EvidenceGap['reason'][] = ['expiring', 'in_review', 'not_yet'];

function GapRow({ gap }: { gap: EvidenceGap }) {
  const { controlId, title, weight, cadence, reason, expiresAt, evidenceId } = gap;
  return (
    <li className={classes.row}>
      <div className={classes.what}>
        <TextLink to="/controls/$controlId" params={{ controlId }} size="sm">
          {controlId} {title}
        </TextLink>
        <Text size="xs" c="dimmed">
          Weight {weight} · {words(cadence)}
          {expiresAt ? ` · ${day(expiresAt)}` : ''}
        </Text>
      </div>
      <div>
        <Tag tone={IN_PROGRESS.includes(reason) ? 'amber' : 'red'}>{WHY[reason]}</Tag>{' '}
        {evidenceId ? (
          <TextLink to="/evidence/$evidenceId" params={{ evidenceId }} size="xs">
            View
          </TextLink>
        ) : (
          <TextLink to="/evidence" search={{ control: controlId }} size="xs">
            Add evidence
          </TextLink>
        )}
      </div>
    </li>
  );
}
