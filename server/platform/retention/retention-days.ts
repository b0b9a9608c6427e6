/**
 * Days to keep each kind of data, unless RETENTION_DAYS overrides them. A year and a month lets an audit
 * cover the year before it. Findings, controls and the audit trail are not listed: they are kept.
 */
export const DEFAULT_RETENTION_DAYS = {
  /** Scans and their sub-jobs, from their end. */
  scans: 400,
  /** Import records; without one, the same file is imported as if it were new. */
  imports: 400,
  /** The changes of an import with the previous documents; the import can be undone until then. */
  import_changes: 30,
  /** Original reports, masked. */
  raw_reports: 400,
  /** Audit packages, from when they were built; the evidence in them stays. */
  evidence_packages: 400,
  /** Deleted assessments, which can be restored until then. */
  deleted_assessments: 30,
  /** Results of resources that are gone; their findings stay. */
  gone_results: 400,
  /** Drift notifications in the web app. */
  drift_notifications: 180,
  /** Drift messages sent by e-mail, chat and webhooks. */
  drift_deliveries: 90,
  /** Past states of controls and scores, from their replacement. */
  posture_history: 1_100,
  /** Failed jobs that were not retried. */
  dead_jobs: 30,
  completed_jobs: 7,
  leases: 1,
  /** Sessions, one-time links and failed sign-ins, from when they expired. */
  sessions: 30,
} as const;

export type RetentionKind = keyof typeof DEFAULT_RETENTION_DAYS;
export type RetentionDays = Readonly<Record<RetentionKind, number>>;
export const RETENTION_KINDS = Object.keys(DEFAULT_RETENTION_DAYS) as RetentionKind[];
