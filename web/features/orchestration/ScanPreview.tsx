import { Button, Code, List, Stack, Text } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import { ShieldX } from 'lucide-react';
import { useState } from 'react';
import type { estimateScan } from '../../../contract/orchestration.js';
import { ApiProblem } from '../../api/api-problem.js';
import type { ResultOf } from '../../api/apiService.js';
import { Facts } from '../../ui/Facts.js';
import { count, counted, duration } from '../../ui/format.js';
import { Notice } from '../../ui/Notice.js';
import { ProblemAlert } from '../../ui/ProblemAlert.js';
import { Section } from '../../ui/Section.js';
import { DeclareOwnDialog } from './DeclareOwnDialog.js';
import { AlreadyRunning } from './StartProblem.js';
import { errorsOf, hostsOf, type ScanDraft } from './scan-draft.js';

type Estimate = ResultOf<typeof estimateScan>;

interface ScanPreviewProps {
  draft: ScanDraft;
  estimate: UseQueryResult<Estimate>;
}

/** What the scan would do and how long it would take, or why it would be rejected. */
export function ScanPreview({ draft, estimate }: ScanPreviewProps) {
  const { data, error, isFetching } = estimate;
  return (
    <Section title="Before it starts" aria-live="polite">
      {errorsOf(draft) !== null ? (
        <Text size="sm" c="dimmed">
          Fill in the target to see what the scan does and how long it takes.
        </Text>
      ) : error ? (
        <Rejected problem={error} draft={draft} />
      ) : data && !isFetching ? (
        <ExpectedScan estimate={data} />
      ) : (
        <Text size="sm" c="dimmed">
          Checking the target…
        </Text>
      )}
    </Section>
  );
}

function Rejected({ problem, draft }: { problem: unknown; draft: ScanDraft }) {
  const [declaring, setDeclaring] = useState(false);
  const hosts = hostsOf(draft);
  // Anything but 422 is a problem of the server, not of the request.
  if (!(problem instanceof ApiProblem) || problem.status !== 422) {
    return <ProblemAlert problem={problem} />;
  }
  return (
    <Stack gap="sm">
      <Notice tone="amber" icon={ShieldX} title="This scan would be rejected">
        {problem.detail}
      </Notice>
      {hosts.length > 0 && (
        <>
          <Text size="sm">
            Private addresses, and any target of a scan that attacks, must be declared as your
            team’s own.
          </Text>
          <Button variant="default" onClick={() => setDeclaring(true)}>
            Declare as own targets…
          </Button>
        </>
      )}
      {declaring && <DeclareOwnDialog hosts={hosts} onClose={() => setDeclaring(false)} />}
    </Stack>
  );
}

const SHOWN = 12;

function ExpectedScan({ estimate }: { estimate: Estimate }) {
  const { target, subJobs, estimateMs, basedOn, runningScanId } = estimate;
  return (
    <Stack gap="sm">
      {runningScanId && <AlreadyRunning scanId={runningScanId} />}
      <Facts
        facts={[
          { label: 'Target', value: target },
          {
            label: 'Duration',
            value:
              estimateMs === null
                ? 'Unknown: this target has not been scanned before'
                : `About ${duration(estimateMs)}, from ${counted(basedOn, 'earlier scan')}`,
          },
        ]}
      />
      <div>
        <Text size="sm" mb={4}>
          {counted(subJobs.length, 'sub-job')}
        </Text>
        <List size="sm">
          {subJobs.slice(0, SHOWN).map(({ tool, name }) => (
            <List.Item key={`${tool} ${name}`}>
              {name === tool ? (
                <Code>{tool}</Code>
              ) : (
                <>
                  <Code>{tool}</Code> {name}
                </>
              )}
            </List.Item>
          ))}
        </List>
        {subJobs.length > SHOWN && (
          <Text size="sm" c="dimmed">
            and {count(subJobs.length - SHOWN)} more
          </Text>
        )}
      </div>
    </Stack>
  );
}
