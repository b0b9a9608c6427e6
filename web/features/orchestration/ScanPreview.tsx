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
import { ScanInTheWay } from './StartProblem.js';
import { errorsOf, hostsOf, type ScanDraft } from './scan-draft.js';

type Estimate = ResultOf<typeof estimateScan>;

interface ScanPreviewProps {
  draft: ScanDraft;
  estimate: UseQueryResult<Estimate>;
}

/** What the scan would do and how long that took before, or why it would be refused. */
export function ScanPreview({ draft, estimate }: ScanPreviewProps) {
  const { data, error, isFetching } = estimate;
  return (
    <Section title="Before it starts" aria-live="polite">
      {errorsOf(draft) !== null ? (
        <Text size="sm" c="dimmed">
          Fill in what to scan, and this shows what would be done and how long it takes.
        </Text>
      ) : error ? (
        <Refused problem={error} draft={draft} />
      ) : data && !isFetching ? (
        <Foreseen estimate={data} />
      ) : (
        <Text size="sm" c="dimmed">
          Looking at the target…
        </Text>
      )}
    </Section>
  );
}

function Refused({ problem, draft }: { problem: unknown; draft: ScanDraft }) {
  const [declaring, setDeclaring] = useState(false);
  const hosts = hostsOf(draft);
  // Anything but 422 is about the server, not about what was asked for.
  if (!(problem instanceof ApiProblem) || problem.status !== 422) {
    return <ProblemAlert problem={problem} />;
  }
  return (
    <Stack gap="sm">
      <Notice tone="amber" icon={ShieldX} title="This would be refused">
        {problem.detail}
      </Notice>
      {hosts.length > 0 && (
        <>
          <Text size="sm">
            Private addresses, and any target that is to be attacked, are scanned only when your
            team has declared them its own.
          </Text>
          <Button variant="default" onClick={() => setDeclaring(true)}>
            Declare as our own…
          </Button>
        </>
      )}
      {declaring && <DeclareOwnDialog hosts={hosts} onClose={() => setDeclaring(false)} />}
    </Stack>
  );
}

const SHOWN = 12;

function Foreseen({ estimate }: { estimate: Estimate }) {
  const { target, subJobs, estimateMs, basedOn, runningScanId } = estimate;
  return (
    <Stack gap="sm">
      {runningScanId && <ScanInTheWay scanId={runningScanId} />}
      <Facts
        facts={[
          { label: 'Target', value: target },
          {
            label: 'How long it takes',
            value:
              estimateMs === null
                ? 'Not known: this target was not scanned before'
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
