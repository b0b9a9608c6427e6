import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import type { ScanSummary } from '../../../contract/orchestration.js';
import { refreshAfterScans } from './scan.api.js';

/** Refreshes what a scan may have changed once it is no longer running. */
export function useRefreshWhenScansEnd(active: readonly ScanSummary[] | undefined): void {
  const client = useQueryClient();
  const before = useRef<readonly string[]>([]);
  useEffect(() => {
    if (!active) return;
    const now = active.map(({ id }) => id);
    const hasEnded = before.current.some((id) => !now.includes(id));
    before.current = now;
    if (hasEnded) refreshAfterScans(client, new Date().toISOString());
  }, [active, client]);
}
