import { shippedCatalogue } from './catalogue.js';

/**
 * The ids that a team's data may use for a requirement, the current one first. Only shipped frameworks
 * rename requirements: a team's own file is replaced as a whole.
 */
export function requirementIds(frameworkId: string, requirementId: string): [string, ...string[]] {
  const found = shippedCatalogue().requirement(frameworkId, requirementId);
  return found ? [found.id, ...(found.formerly ?? [])] : [requirementId];
}

export function currentRequirementId(frameworkId: string, requirementId: string): string {
  return requirementIds(frameworkId, requirementId)[0];
}
