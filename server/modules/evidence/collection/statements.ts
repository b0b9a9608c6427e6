import type { TeamScope } from '../../../platform/database/collection.js';
import { maskSecrets } from '../../../scanners/secrets/mask-secrets.js';
import type { Compliance } from '../../compliance/index.js';
import { mark } from '../reviews/answers-by-evidence.js';
import type { CollectedParts } from './collected-item.js';
import { collectedId } from './scan-evidence.js';

export interface Statement extends Omit<CollectedParts, 'content' | 'now' | 'effectiveFrom'> {
  content: unknown;
}

export type StatementSources = Pick<
  Compliance,
  'catalogues' | 'decisions' | 'posture' | 'attestations'
>;

/** The current statements of the team's people: answers for controls and attestations of requirements. */
export async function statementsOf(
  team: TeamScope,
  { catalogues, decisions, posture, attestations }: StatementSources,
  now: string,
): Promise<Statement[]> {
  const catalogue = await catalogues.of(team);
  const { teamId } = team;
  const found: Statement[] = [];
  for (const [controlId, decision] of await decisions.byControl(team)) {
    const { kind, status, justification, actor, at, expiresAt } = decision;
    const isExpired = expiresAt !== null && expiresAt <= now;
    // An answer that cites evidence is not further proof.
    if (kind !== 'answer' || isExpired || justification.includes(mark('evd_'))) continue;
    found.push({
      id: collectedId(teamId, 'answer', controlId, at),
      teamId,
      kind: 'answer',
      title: `Answer for ${controlId} ${catalogue.controls.get(controlId)?.title ?? ''}`.trim(),
      description: maskSecrets(justification).slice(0, 1_000),
      source: byPerson(actor),
      controlIds: [controlId],
      requirements: [],
      collectedAt: at,
      effectiveTo: expiresAt,
      summary: null,
      content: { kind, controlId, status, justification, actor, at, expiresAt },
    });
  }
  for (const frameworkId of await attestations.frameworks(team)) {
    const framework = catalogue.frameworks.get(frameworkId);
    if (!framework) continue;
    const { requirementStates } = await posture.framework(team, framework.id);
    for (const { id, title, attestation } of requirementStates) {
      if (!attestation) continue;
      const { statement, actor, at, expiresAt } = attestation;
      found.push({
        id: collectedId(teamId, 'attestation', framework.id, id, at),
        teamId,
        kind: 'attestation',
        title: `Attestation of ${framework.name} ${id}`,
        description: maskSecrets(statement).slice(0, 1_000),
        source: byPerson(actor),
        controlIds: [],
        requirements: [`${framework.id}/${id}`],
        collectedAt: at,
        effectiveTo: expiresAt,
        summary: null,
        content: {
          framework: framework.id,
          requirement: id,
          title,
          statement,
          actor,
          at,
          expiresAt,
        },
      });
    }
  }
  return found;
}

function byPerson(person: string) {
  return { tool: null, toolVersion: null, importId: null, reportSha256: null, person };
}
