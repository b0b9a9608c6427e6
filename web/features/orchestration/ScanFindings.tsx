import { Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { findingAccountOf } from '../../../contract/cloud-security.js';
import type { ScanRequest, ScanRun } from '../../../contract/orchestration.js';
import { useAppState } from '../../app/AppStateContext.js';
import { Explain } from '../../app/Explain.js';
import { counted } from '../../ui/format.js';
import { TextLink } from '../../ui/links.js';
import { Section } from '../../ui/Section.js';
import { accountQuery } from '../cloud-accounts/account.api.js';
import { changesOf, FindingChangeCounts } from '../security-scans/FindingChangeCounts.js';
import { isActive } from './scan-status.js';

/** How the scan changed the findings. */
export function ScanFindings({ scan }: { scan: ScanRun }) {
  const { request, results, findings } = scan;
  return (
    <Section title="Findings" help={findings.stale > 0 ? <Explain word="stale" /> : undefined}>
      <Stack gap="sm">
        <FindingChangeCounts findings={findings} links={changesOf({ scanId: [scan.id] })} />
        <Text size="xs" c="dimmed" className="tabular">
          From {counted(results, 'result')}
          {isActive(scan) && ' so far'}
        </Text>
        <ImportsOfScan scan={scan} />
        {request.kind === 'cloud' ? (
          <FindingsOfAccount accountId={request.accountId} />
        ) : (
          <FindingsLink filter={filterOf(request)} />
        )}
      </Stack>
    </Section>
  );
}

/** The imports of its reports: what each changed and did not read. */
function ImportsOfScan({ scan }: { scan: ScanRun }) {
  const ids = [...new Set(scan.subJobs.flatMap(({ importId }) => importId ?? []))];
  if (ids.length === 0) return null;
  return (
    <Group gap="sm">
      {ids.map((importId, index) => (
        <TextLink key={importId} to="/imports/$importId" params={{ importId }} size="sm">
          {ids.length === 1 ? 'See its import' : `Import ${index + 1}`}
        </TextLink>
      ))}
    </Group>
  );
}

interface FindingsOfTarget {
  provider?: string[];
  accountId?: string[];
}

function FindingsLink({ filter }: { filter: FindingsOfTarget }) {
  return (
    <TextLink to="/findings" search={filter} size="sm">
      {filter.accountId ? 'See the open findings of this target' : 'See the open findings'}
    </TextLink>
  );
}

/** The account may have been removed. */
function FindingsOfAccount({ accountId }: { accountId: string }) {
  const { may, unavailable } = useAppState();
  const isAway = unavailable('cloud-security') !== null || !may('accounts:read');
  const { data } = useQuery({ ...accountQuery(accountId), enabled: !isAway, retry: false });
  const named = data && findingAccountOf(data.scope);
  return (
    <FindingsLink
      filter={{
        ...(data ? { provider: [data.provider] } : {}),
        ...(named ? { accountId: [named] } : {}),
      }}
    />
  );
}

/** The finding filter of the scanned target, as far as the request reveals it. */
function filterOf(request: Exclude<ScanRequest, { kind: 'cloud' }>): FindingsOfTarget {
  switch (request.kind) {
    case 'web':
      return URL.canParse(request.url)
        ? { provider: ['web'], accountId: [new URL(request.url).origin] }
        : { provider: ['web'] };
    case 'network':
      return request.targets.some((target) => target.includes('/'))
        ? { provider: ['network'] }
        : { provider: ['network'], accountId: request.targets };
    case 'image':
      return { provider: ['image'] };
    default:
      return {};
  }
}
