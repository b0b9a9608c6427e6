import type { DriftType } from '../../../contract/drift.js';

export const typeWords: Record<DriftType, string> = {
  control_regression: 'Control regressed',
  recovery: 'Control recovered',
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
