import { Button, Stack, Text } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { Ban, RotateCcw } from 'lucide-react';
import { useState } from 'react';
import type { ScanRun } from '../../../contract/orchestration.js';
import { useAppState } from '../../app/AppStateContext.js';
import { FormDialog } from '../../ui/FormDialog.js';
import { counted } from '../../ui/format.js';
import { StartProblem } from './StartProblem.js';
import { useCancelScan, useRetryScan, useStartScan } from './scan.api.js';
import { isActive } from './scan-status.js';

/** Buttons to stop a scan, retry its failed sub-jobs, or run it again. */
export function ScanActions({ scan }: { scan: ScanRun }) {
  const { may } = useAppState();
  if (!may('scans:run')) return null;
  return isActive(scan) ? <StopScan scan={scan} /> : <RunAgain scan={scan} />;
}

function StopScan({ scan: { id, target, isCancelling } }: { scan: ScanRun }) {
  const [asking, setAsking] = useState(false);
  const cancel = useCancelScan(id);
  const close = () => setAsking(false);
  return (
    <>
      <Button
        variant="default"
        leftSection={<Ban size={16} aria-hidden />}
        disabled={isCancelling}
        onClick={() => setAsking(true)}
      >
        {isCancelling ? 'Stopping…' : 'Stop scan'}
      </Button>
      {asking && (
        <FormDialog
          title="Stop this scan?"
          submit="Stop scan"
          dismiss="Keep running"
          danger
          busy={cancel.isPending}
          problem={cancel.error}
          onSubmit={() => cancel.mutate(undefined, { onSuccess: close })}
          onClose={close}
        >
          <Text size="sm">
            The tools scanning {target} stop within seconds. Their results may be lost; results of
            completed sub-jobs are kept.
          </Text>
        </FormDialog>
      )}
    </>
  );
}

function RunAgain({ scan }: { scan: ScanRun }) {
  const { id, request, subJobs } = scan;
  const navigate = useNavigate();
  const retry = useRetryScan(id);
  const start = useStartScan();
  const failed = retryable(subJobs);
  const problem = start.error ?? retry.error;
  return (
    <Stack gap="xs" align="flex-end">
      <Button.Group>
        {failed.length > 0 && (
          <Button
            variant="default"
            leftSection={<RotateCcw size={16} aria-hidden />}
            loading={retry.isPending}
            onClick={() => retry.mutate(undefined)}
          >
            Retry {counted(failed.length, 'sub-job')}
          </Button>
        )}
        <Button
          loading={start.isPending}
          onClick={() =>
            start.mutate(request, {
              onSuccess: (next) => navigate({ to: '/scans/$scanId', params: { scanId: next.id } }),
            })
          }
        >
          Scan again
        </Button>
      </Button.Group>
      {problem && <StartProblem problem={problem} />}
    </Stack>
  );
}

/** Like the server: failed and cancelled sub-jobs, or if there are none, partial ones. */
function retryable(subJobs: ScanRun['subJobs']): ScanRun['subJobs'] {
  const bad = subJobs.filter(({ status }) => status === 'failed' || status === 'cancelled');
  return bad.length > 0 ? bad : subJobs.filter(({ status }) => status === 'partial');
}
