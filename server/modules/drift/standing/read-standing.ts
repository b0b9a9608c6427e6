import type { ControlDecision } from '../../../../contract/compliance.js';
import type { TeamScope } from '../../../platform/database/collection.js';
import type { Compliance, PostureService, TeamControlState } from '../../compliance/index.js';
import type { ControlStanding, FrameworkStanding, Standing } from './standing.js';

const MOST_NAMED = 20;

export type Catalogue = Awaited<ReturnType<PostureService['moment']>>['catalogue'];

/** A team's standing just now, with what belongs to the moment only. */
export interface Moment {
  standing: Standing;
  catalogue: Catalogue;
  /** Why each control is as it is, in one sentence. */
  reasons: ReadonlyMap<string, string>;
  /** When the evidence of a control was seen that is the oldest; null without any. */
  oldestEvidence: ReadonlyMap<string, string>;
  /** The score that the team aims at in each active framework, 0–100. */
  targets: ReadonlyMap<string, number>;
  /** How long the team relies on scan results, as its engine does. */
  evidenceDays: number;
  /** Thresholds or scopes were changed just now, and the controls are not judged by them yet. */
  pending: boolean;
}

/** What the team has decided and given is known also before the engine has computed anything for it. */
export async function readMoment(
  compliance: Pick<Compliance, 'posture' | 'decisions' | 'activation' | 'settings'>,
  team: TeamScope,
): Promise<Moment> {
  const { posture, decisions, activation, settings } = compliance;
  const [{ catalogue, states, attestations, frameworks }, decided, chosen, judgedBy] =
    await Promise.all([
      posture.moment(team),
      decisions.byControl(team),
      activation.targets(team),
      settings.judgedBy(team),
    ]);
  const controls = new Map<string, ControlStanding>();
  const reasons = new Map<string, string>();
  const oldestEvidence = new Map<string, string>();
  let newest: TeamControlState | null = null;
  for (const [id, state] of states) {
    if (!newest || state.evaluatedAt > newest.evaluatedAt) newest = state;
    if (!catalogue.controls.has(id)) continue;
    controls.set(id, controlStanding(state, decided.get(id) ?? null));
    reasons.set(id, state.reason);
    const seen = state.explanation.inputs.flatMap(({ lastSeenAt }) => lastSeenAt ?? []).sort();
    if (seen[0]) oldestEvidence.set(id, seen[0]);
  }
  const targets = new Map(chosen.map(({ frameworkId, targetScore }) => [frameworkId, targetScore]));
  const standing: Standing = {
    ruleVersion: newest?.ruleVersion ?? '',
    controls,
    frameworks: new Map(
      frameworks.map(
        ({ framework, posture: { score, coverage, ceiling, requirementPostures } }) => {
          const requirements = Object.fromEntries(
            requirementPostures
              .filter(({ status }) => status !== 'not_assessed')
              .map(({ id, status }) => [id, status]),
          );
          const one: FrameworkStanding = {
            name: framework.name,
            score,
            coverage,
            ceiling,
            target: targets.get(framework.id) ?? null,
            requirements,
          };
          return [framework.id, one];
        },
      ),
    ),
    attestations: new Map(
      attestations.map(({ frameworkId, requirementId, expiresAt }) => [
        `${frameworkId}/${requirementId}`,
        expiresAt,
      ]),
    ),
    judging: { version: judgedBy.version, settings: judgedBy.settings },
  };
  const { evidenceDays } = judgedBy.settings;
  const { pending } = judgedBy;
  return { standing, catalogue, reasons, oldestEvidence, targets, evidenceDays, pending };
}

function controlStanding(
  { status, assurance, openFindings, contradicted, explanation }: TeamControlState,
  decision: ControlDecision | null,
): ControlStanding {
  return {
    status,
    assurance,
    openFindings,
    contradicted,
    failing: explanation.inputs
      .filter(({ fail, exempted }) => fail > exempted)
      .map(({ tool, checkId }) => `${tool}/${checkId}`)
      .slice(0, MOST_NAMED),
    without: explanation.accountsWithoutEvidence.slice(0, MOST_NAMED),
    decision: decision && {
      kind: decision.kind,
      status: decision.status,
      at: decision.at,
      expiresAt: decision.expiresAt,
    },
  };
}
