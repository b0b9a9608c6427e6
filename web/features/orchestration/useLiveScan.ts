import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { watchScan } from '../../../contract/orchestration.js';
import { watchService } from '../../api/watch-service.js';
import { refreshAfterScans, scanQuery } from './scan.api.js';
import { isActive } from './scan-status.js';

/** A scan, followed as a stream while it runs, or polled where streams do not get through. */
export function useLiveScan(scanId: string) {
  const client = useQueryClient();
  const [connected, setConnected] = useState(false);
  const options = scanQuery(scanId);
  const query = useQuery({ ...options, ...(connected ? { refetchInterval: false } : {}) });
  const scan = query.data;
  const active = scan !== undefined && isActive(scan);

  useEffect(() => {
    if (!active) return;
    const stop = watchService(watchScan, {
      params: { scanId },
      types: ['scan', 'end'],
      onEvent: (event) => {
        client.setQueryData(scanQuery(scanId).queryKey, event.scan);
        if (event.type === 'end') stop();
      },
      onConnected: setConnected,
    });
    return () => {
      stop();
      setConnected(false);
    };
  }, [active, scanId, client]);

  const wasActive = useRef(false);
  useEffect(() => {
    if (wasActive.current && scan && !active) refreshAfterScans(client, scan.finishedAt);
    wasActive.current = active;
  }, [active, scan, client]);

  return query;
}
