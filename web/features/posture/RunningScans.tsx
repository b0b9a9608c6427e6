import { useAppState } from '../../app/AppStateContext.js';
import { ActiveScansBrief } from '../orchestration/ActiveScans.js';

/** The running scans, which may change the posture; nothing when there are none. */
export function RunningScans() {
  const { may, unavailable } = useAppState();
  return may('scans:read') && !unavailable('orchestration') ? <ActiveScansBrief /> : null;
}
