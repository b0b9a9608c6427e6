import { Grid, Stack, Text } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { CircleX, Contrast } from 'lucide-react';
import type { ScanRun } from '../../../contract/orchestration.js';
import { useAppState } from '../../app/AppStateContext.js';
import { Loaded } from '../../ui/Loaded.js';
import { TextLink } from '../../ui/links.js';
import { Notice } from '../../ui/Notice.js';
import { PageHeader } from '../../ui/PageHeader.js';
import { Section } from '../../ui/Section.js';
import { OpenPorts } from '../security-scans/OpenPorts.js';
import { ScanActions } from './ScanActions.js';
import { ScanFacts } from './ScanFacts.js';
import { ScanFindings } from './ScanFindings.js';
import { ScanProgress } from './ScanProgress.js';
import { ScanStatusTag } from './ScanStatusTag.js';
import { SubJobs } from './SubJobs.js';
import { lookOf } from './scan-kinds.js';
import { isActive } from './scan-status.js';
import { useLiveScan } from './useLiveScan.js';

const route = getRouteApi('/scans/$scanId');

export function ScanPage() {
  const { scanId } = route.useParams();
  return <Loaded query={useLiveScan(scanId)}>{(scan) => <ScanView scan={scan} />}</Loaded>;
}

function ScanView({ scan }: { scan: ScanRun }) {
  const { kind, target, targetKey, status, isCancelling } = scan;
  return (
    <>
      <PageHeader
        title={target}
        crumb={
          <>
            <TextLink to="/scans">Scans</TextLink> /{' '}
            <TextLink to="/scans" search={{ target: targetKey }}>
              History of this target
            </TextLink>
          </>
        }
        tags={<ScanStatusTag status={status} isCancelling={isCancelling} />}
        about={lookOf(kind).label}
        actions={<ScanActions scan={scan} />}
      />
      <Grid gap="md">
        <Grid.Col span={{ base: 12, md: 8 }}>
          <Stack>
            {isActive(scan) && (
              <Section title="Progress">
                <ScanProgress scan={scan} />
              </Section>
            )}
            <ScanProblem scan={scan} />
            <SubJobs scan={scan} />
            {kind === 'network' && !isActive(scan) && <ScanPorts scanId={scan.id} />}
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 4 }}>
          <Stack>
            <ScanFindings scan={scan} />
            <ScanFacts scan={scan} />
          </Stack>
        </Grid.Col>
      </Grid>
    </>
  );
}

function ScanPorts({ scanId }: { scanId: string }) {
  const { may, unavailable } = useAppState();
  if (unavailable('security-scans') || !may('findings:read')) return null;
  return (
    <Section title="Open ports">
      <OpenPorts of={{ scanId }} />
    </Section>
  );
}

/** What went wrong, and what that means for the results. */
function ScanProblem({ scan: { status, problem } }: { scan: ScanRun }) {
  if (status === 'failed') {
    return (
      <Notice tone="red" icon={CircleX} title="The scan failed" urgent>
        <Text size="sm">
          {problem ?? 'The server gave no reason. See the logs of the sub-jobs.'}
        </Text>
        <Text size="sm" mt={4}>
          No finding was changed: what could not be checked counts as neither fixed nor gone.
        </Text>
      </Notice>
    );
  }
  if (status === 'partial') {
    return (
      <Notice tone="amber" icon={Contrast} title="The scan did not cover everything">
        <Text size="sm">{problem ?? 'Some sub-jobs have gaps; see their coverage.'}</Text>
        <Text size="sm" mt={4}>
          Results that were collected count. Findings in parts not covered stay unchanged.
        </Text>
      </Notice>
    );
  }
  return problem ? (
    <Notice tone="amber" icon={Contrast} title="The scan had a problem">
      <Text size="sm">{problem}</Text>
    </Notice>
  ) : null;
}
