import type { Broadcast } from '../../platform/broadcast/broadcast.js';
import type { JobConnections } from '../../platform/queue/job-connections.js';
import type { JobQueue } from '../../platform/queue/job-queue.js';
import type { ToolAvailability } from '../../scanners/runners/runner.js';
import type { ScanOnceParts } from '../../scanners/runs/scan-once.js';
import type { Scanner } from '../../scanners/runs/scanner.js';
import type { ToolId } from '../../scanners/runs/tool-run.js';
import type { Lookup } from '../../scanners/targets/allowed-addresses.js';
import type { CloudSecurity } from '../cloud-security/index.js';
import type { SecurityScans } from '../security-scans/index.js';
import type { Scheduler } from './schedules/schedules.service.js';

/** What the module is built from, beside the platform. */
export interface OrchestrationParts {
  securityScans: SecurityScans;
  cloud: CloudSecurity;
  queue: JobQueue;
  /** By which processes hear of each other's scans. */
  broadcast: Broadcast;
  connections: JobConnections;
  /** Null in a process that neither shows nor changes schedules. */
  scheduler: Scheduler | null;
  scan: ScanOnceParts;
  scanners: ReadonlyMap<ToolId, Scanner>;
  /** Folders of this machine that may be scanned. */
  allowedFolders: readonly string[];
  verifyTools: () => Promise<ToolAvailability[]>;
  /** Whether this process runs jobs. */
  work: boolean;
  resolve?: Lookup;
  onSubJobEnd?: (tool: string, outcome: string, seconds: number) => void;
}
