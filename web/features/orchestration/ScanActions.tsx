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

/** What can be done with a scan: stop it, run what failed again, or all of it once more. */
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
        {isCancelling ? 'Stopping…' : 'Stop the scan'}
      </Button>
      {asking && (
        <FormDialog
          title="Stop this scan?"
          submit="Stop the scan"
          dismiss="Let it run"
          danger
          busy={cancel.isPending}
          problem={cancel.error}
          onSubmit={() => cancel.mutate(undefined, { onSuccess: close })}
          onClose={close}
        >
          <Text size="sm">
            The tools that look at {target} end within some seconds. What they have found until then
            may be lost; what ended before stays.
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
  const failed = toRunAgain(subJobs);
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

/** As the server does: what failed or was cancelled, or where nothing did what has gaps. */
function toRunAgain(subJobs: ScanRun['subJobs']): ScanRun['subJobs'] {
  const bad = subJobs.filter(({ status }) => status === 'failed' || status === 'cancelled');
  return bad.length > 0 ? bad : subJobs.filter(({ status }) => status === 'partial');
}
