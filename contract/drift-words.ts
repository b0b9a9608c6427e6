import { z } from 'zod';

export const DRIFT_TYPES = [
  'control_regression',
  'recovery',
  'first_seen',
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

/** The labels of the types, in the web app and in messages. */
export const DRIFT_TYPE_LABELS: Readonly<Record<DriftType, string>> = {
  control_regression: 'Control regressed',
  recovery: 'Control recovered',
  first_seen: 'First results of a source',
  coverage_lost: 'Coverage lost',
  evidence_expiring: 'Evidence expiring soon',
  evidence_expired: 'Evidence expired',
  new_findings_in_clean_domain: 'New findings in a clean domain',
  threshold_crossed: 'Score below target',
  override_contradicted: 'Decision contradicted',
  exception_expired: 'Exception expired',
  definition_changed: 'Library updated',
  settings_changed: 'Thresholds, scope or mapping changed',
  answers_in_conflict: 'Answers in conflict',
};

export const DRIFT_STATUSES = ['open', 'resolved'] as const;
export const DriftStatus = z.enum(DRIFT_STATUSES);
export type DriftStatus = z.infer<typeof DriftStatus>;
