import type { RequirementEvidenceItem } from '../../../../contract/requirement.js';
import type { TeamScope } from '../../../platform/database/collection.js';

/** Answers which evidence there is for a requirement; the module evidence implements it. */
export interface RequirementEvidence {
  /** Of the requirement itself and of its controls, newest first. */
  ofRequirement(
    team: TeamScope,
    requirement: { reference: string; controlIds: readonly string[] },
    limit: number,
  ): Promise<{ total: number; items: RequirementEvidenceItem[] }>;
}
