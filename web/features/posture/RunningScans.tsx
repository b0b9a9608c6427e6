import { useAppState } from '../../app/AppStateContext.js';
import { ActiveScansBrief } from '../orchestration/ActiveScans.js';

/** The scans that will change the posture when they end; nothing while none runs. */
export function RunningScans() {
  const { may, unavailable } = useAppState();
  return may('scans:read') && !unavailable('orchestration') ? <ActiveScansBrief /> : null;
}
