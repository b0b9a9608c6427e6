import type { DriftType } from '../../../contract/drift.js';

export const typeWords: Record<DriftType, string> = {
  control_regression: 'Control regressed',
  recovery: 'Control recovered',
  coverage_lost: 'Coverage lost',
  evidence_expiring: 'Evidence expires soon',
  evidence_expired: 'Evidence expired',
  new_findings_in_clean_domain: 'New findings in a clean domain',
  threshold_crossed: 'Score under its target',
  override_contradicted: 'Decision contradicted',
  exception_expired: 'Exception expired',
  definition_changed: 'Definitions changed',
  settings_changed: 'Thresholds or scope changed',
  answers_in_conflict: 'Answers in conflict',
};
