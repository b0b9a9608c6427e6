import { z } from 'zod';

export const DRIFT_TYPES = [
  'control_regression',
  'recovery',
  'coverage_lost',
  'evidence_expiring',
  'evidence_expired',
  'new_findings_in_clean_domain',
  'threshold_crossed',
  'override_contradicted',
  'exception_expired',
  'definition_changed',
  'settings_changed',
  'answers_in_conflict',
] as const;
export const DriftType = z.enum(DRIFT_TYPES);
export type DriftType = z.infer<typeof DriftType>;

export const DRIFT_STATUSES = ['open', 'resolved'] as const;
export const DriftStatus = z.enum(DRIFT_STATUSES);
export type DriftStatus = z.infer<typeof DriftStatus>;
