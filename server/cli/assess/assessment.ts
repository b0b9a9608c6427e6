import type { CheckFix, ControlSummary, FrameworkSummary } from '../../../contract/compliance.js';
import type { Finding, ReportImport } from '../../../contract/security-scans.js';
import type { SeverityCounts } from '../../../contract/severity.js';

/** What reports say about the frameworks, before it is printed in some format. */
export interface Assessment {
  imports: ReportImport[];
  openFindings: SeverityCounts;
  controls: ControlSummary[];
  frameworks: FrameworkSummary[];
  fixes: CheckFix[];
  /** Open ones, worst first; none for the formats that list none. */
  findings: Finding[];
  /** Open ones beyond the list. */
  omitted: number;
}
