import { Button, Group, Stack, Text } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { CircleCheck } from 'lucide-react';
import type { FrameworkGaps, RequirementGap } from '../../../contract/compliance.js';
import { saveFile } from '../../api/save-file.js';
import { useAppState } from '../../app/AppStateContext.js';
import { Attributions } from '../../ui/Attributions.js';
import { Choices } from '../../ui/Choices.js';
import { EmptyState } from '../../ui/EmptyState.js';
import { count, counted } from '../../ui/format.js';
import { Loaded } from '../../ui/Loaded.js';
import { TextLink } from '../../ui/links.js';
import { PageHeader } from '../../ui/PageHeader.js';
import { ProblemAlert } from '../../ui/ProblemAlert.js';
import { Section } from '../../ui/Section.js';
import { VirtualRows } from '../../ui/VirtualRows.js';
import { FrameworkOverlaps } from './FrameworkOverlaps.js';
import { FrameworkScore } from './FrameworkScore.js';
import { exportedGaps, gapsQuery } from './framework-library.api.js';
import { GapFixes } from './GapFixes.js';
import { GapRow } from './GapRow.js';
import type { GapKind } from './gaps.search.js';

const route = getRouteApi('/frameworks/$frameworkId/gaps');

export function FrameworkGapsPage() {
  const { frameworkId } = route.useParams();
  return (
    <Loaded query={useQuery(gapsQuery(frameworkId))}>{(gaps) => <GapsView data={gaps} />}</Loaded>
  );
}

function GapsView({ data }: { data: FrameworkGaps }) {
  const { isLimited } = useAppState();
  const { framework, fixes } = data;
  const { id, name } = framework;
  const save = useMutation({ mutationFn: () => exportedGaps(id), onSuccess: saveFile });
  return (
    <>
      <PageHeader
        title={`Gaps in ${name}`}
        crumb={
          <>
            <TextLink to="/frameworks">Frameworks</TextLink> /{' '}
            <TextLink to="/frameworks/$frameworkId" params={{ frameworkId: id }}>
              {name}
            </TextLink>
          </>
        }
        about="Every requirement that is not met, why, and what meeting it would add to the score."
        actions={
          <Button variant="default" loading={save.isPending} onClick={() => save.mutate()}>
            Export CSV
          </Button>
        }
      />
      <Stack>
        {save.error && <ProblemAlert problem={save.error} />}
        <FrameworkScore framework={framework} />
        <GapFixes fixes={fixes} />
        {!isLimited && <FrameworkOverlaps frameworkId={id} />}
        <Gaps data={data} />
        <Attributions texts={data.attributions} />
      </Stack>
    </>
  );
}

const IS: Record<GapKind, (gap: RequirementGap) => boolean> = {
  failing: ({ status }) => status === 'failing',
  partial: ({ status }) => status === 'partial',
  not_assessed: ({ status }) => status === 'not_assessed',
  attestation: ({ attestationMissing }) => attestationMissing,
  people: ({ judgedBy }) => judgedBy === 'people',
};

function Gaps({ data: { gaps, counts, framework } }: { data: FrameworkGaps }) {
  const { kind } = route.useSearch();
  const navigate = route.useNavigate();
  const shown = kind ? gaps.filter(IS[kind]) : gaps;
  if (gaps.length === 0) {
    return (
      <EmptyState icon={CircleCheck} title="No gaps">
        Every requirement that applies is satisfied.
      </EmptyState>
    );
  }
  return (
    <Section title="Requirements that are not met">
      <Group mb="sm">
        <Choices<GapKind>
          label="Filter gaps"
          value={kind}
          onChange={(next) =>
            navigate({ search: { kind: next }, replace: true, resetScroll: false })
          }
          options={[
            { value: undefined, label: 'All', count: gaps.length },
            { value: 'failing', label: 'Failing', count: counts.failing },
            { value: 'partial', label: 'Partial', count: counts.partial },
            { value: 'not_assessed', label: 'Not assessed', count: counts.notAssessed },
            { value: 'attestation', label: 'Needs attestation', count: counts.attestationMissing },
            { value: 'people', label: 'No tool can judge', count: counts.onlyPeople },
          ]}
        />
      </Group>
      <Text size="sm" c="dimmed" mb="xs" role="status" className="tabular">
        {shown.length > 0
          ? counted(shown.length, 'gap')
          : `No gaps of this kind; ${count(gaps.length)} of other kinds.`}
      </Text>
      <VirtualRows
        label="Gaps"
        items={shown}
        keyOf={({ id }) => id}
        estimate={110}
        render={(gap) => <GapRow gap={gap} frameworkId={framework.id} />}
      />
    </Section>
  );
}
