import type { Broadcast } from '../../platform/broadcast/broadcast.js';
import type { JobQueue } from '../../platform/queue/job-queue.js';
import type { SharedStatus } from '../../platform/shared-status/shared-status.js';
import type { ToolAvailability } from '../../scanners/runners/runner.js';
import type { ScanOnceParts } from '../../scanners/runs/scan-once.js';
import type { Scanner } from '../../scanners/runs/scanner.js';
import type { ToolId } from '../../scanners/runs/tool-run.js';
import type { Lookup } from '../../scanners/targets/allowed-addresses.js';
import type { CloudSecurity } from '../cloud-security/index.js';
import type { SecurityScans } from '../security-scans/index.js';
import type { Scheduler } from './schedules/system-jobs.service.js';

/** What orchestration uses of the module security-scans. */
export interface ScanResults {
  imports: Pick<SecurityScans['imports'], 'importFile'>;
  scannedPlaces: Pick<SecurityScans['scannedPlaces'], 'record' | 'forget'>;
  triageExpiry: Pick<SecurityScans['triageExpiry'], 'teams' | 'lease' | 'run'>;
}

/** What orchestration uses of the module cloud-security. */
export interface CloudAccounts {
  accounts: Pick<CloudSecurity['accounts'], 'get' | 'active' | 'openCredentials'>;
  prowler: Pick<CloudSecurity['prowler'], 'unitsOf'>;
}

/** What the module is built from, besides the platform. */
export interface OrchestrationParts {
  securityScans: ScanResults;
  cloud: CloudAccounts;
  queue: JobQueue;
  /** Notifies other processes of changed scans. */
  broadcast: Broadcast;
  /** Where running scans are shown to other processes. */
  sharedStatus: SharedStatus;
  /** Null in a process that does not show or change schedules. */
  scheduler: Scheduler | null;
  scan: ScanOnceParts;
  scanners: ReadonlyMap<ToolId, Scanner>;
  /** Local folders that may be scanned. */
  allowedFolders: readonly string[];
  verifyTools: () => Promise<ToolAvailability[]>;
  /** Whether this process runs jobs. */
  work: boolean;
  resolve?: Lookup;
  onSubJobEnd?: (tool: string, outcome: string, seconds: number) => void;
}
