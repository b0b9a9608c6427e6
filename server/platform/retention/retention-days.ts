/**
 * How many days each kind of data is kept, unless RETENTION_DAYS says otherwise. A year and a month, so that
 * an audit can look at the year before it. Findings, controls and the audit trail are not listed: they stay.
 */
export const DEFAULT_RETENTION_DAYS = {
  /** Scans and their sub-jobs, from their end. */
  scans: 400,
  /** What is known of imports; without it the same file is imported as if it were new. */
  imports: 400,
  /** Reports as they came, masked. */
  raw_reports: 400,
  /** Audit packages, from when they were built; the evidence in them stays. */
  evidence_packages: 400,
  /** Assessments that were deleted: so long they can be restored. */
  deleted_assessments: 30,
  /** Results of resources that are gone; their findings stay. */
  gone_results: 400,
  /** What was told about drift in the web app. */
  drift_notifications: 180,
  /** What was sent about drift to mail, chat and webhooks. */
  drift_deliveries: 90,
  /** Past states of controls and scores, from when others took their place. */
  posture_history: 1_100,
  /** Jobs that gave up and that nobody took up again. */
  dead_jobs: 30,
  completed_jobs: 7,
  leases: 1,
} as const;

export type RetentionKind = keyof typeof DEFAULT_RETENTION_DAYS;
export type RetentionDays = Readonly<Record<RetentionKind, number>>;
export const RETENTION_KINDS = Object.keys(DEFAULT_RETENTION_DAYS) as RetentionKind[];
