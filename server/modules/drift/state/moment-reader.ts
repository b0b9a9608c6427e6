import type { ControlDecision, ControlStatus } from '../../../../contract/compliance.js';
import type { TeamScope } from '../../../platform/database/collection.js';
import type { Compliance, PostureService, TeamControlState } from '../../compliance/index.js';
import type { ControlSnapshot, FrameworkScore, TeamState } from './team-state.js';

const MAX_ACCOUNTS = 20;
/** As many as the engine explains. */
const MAX_CHECKS = 100;

export type Catalogue = Awaited<ReturnType<PostureService['moment']>>['catalogue'];

/** The state of a team at one moment, with what is not kept of it. */
export interface Moment {
  state: TeamState;
  catalogue: Catalogue;
  /** Why each control has its status, in one sentence. */
  reasons: ReadonlyMap<string, string>;
  /** The status that a control would have, had none of its evidence expired; only where that is another one. */
  lapsed: ReadonlyMap<string, ControlStatus>;
  /** When the oldest evidence of each control was seen. */
  oldestEvidence: ReadonlyMap<string, string>;
  /** The target score of each active framework, 0–100. */
  targets: ReadonlyMap<string, number>;
  /** For how many days scan results count, as in the engine. */
  evidenceDays: number;
  /**
   * A run of the engine is due or came between, so the states are not to be compared: thresholds, scopes or reviewed
   * matches changed and the controls are not evaluated by them yet.
   */
  pending: boolean;
}

/** What drift reads of compliance. */
export interface MomentReaderDeps {
  posture: Pick<PostureService, 'moment'>;
  decisions: Pick<Compliance['decisions'], 'byControl'>;
  activation: Pick<Compliance['activation'], 'targets'>;
  settings: Pick<Compliance['settings'], 'judgedBy'>;
  betweenRuns: Pick<Compliance['betweenRuns'], 'read'>;
}

export class MomentReader {
  constructor(private readonly deps: MomentReaderDeps) {}

  /** Decisions and attestations are known before the engine has computed anything too. */
  async read(team: TeamScope): Promise<Moment> {
    const { posture, decisions, activation, settings, betweenRuns } = this.deps;
    const { value, isConsistent } = await betweenRuns.read(team, () =>
      Promise.all([
        posture.moment(team),
        decisions.byControl(team),
        activation.targets(team),
        settings.judgedBy(team),
      ]),
    );
    const moment = momentOf(...value);
    return { ...moment, pending: moment.pending || !isConsistent };
  }
}

type Read<T extends (...args: never[]) => Promise<unknown>> = Awaited<ReturnType<T>>;

function momentOf(
  { catalogue, states, attestations, frameworks, failing }: Read<PostureService['moment']>,
  decided: ReadonlyMap<string, ControlDecision>,
  chosen: Read<Compliance['activation']['targets']>,
  judgedBy: Read<Compliance['settings']['judgedBy']>,
): Moment {
  const controls = new Map<string, ControlSnapshot>();
  const reasons = new Map<string, string>();
  const lapsed = new Map<string, ControlStatus>();
  const oldestEvidence = new Map<string, string>();
  let newest: TeamControlState | null = null;
  for (const [id, state] of states) {
    if (!newest || state.evaluatedAt > newest.evaluatedAt) newest = state;
    if (!catalogue.controls.has(id)) continue;
    controls.set(id, controlSnapshot(state, decided.get(id) ?? null));
    reasons.set(id, state.reason);
    const { expired } = state.explanation;
    if (expired?.instead) lapsed.set(id, expired.instead);
    const seen = state.explanation.inputs.flatMap(({ lastSeenAt }) => lastSeenAt ?? []).sort();
    if (seen[0]) oldestEvidence.set(id, seen[0]);
  }
  const targets = new Map(chosen.map(({ frameworkId, targetScore }) => [frameworkId, targetScore]));
  const state: TeamState = {
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
          const one: FrameworkScore = {
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
    judging: {
      version: judgedBy.version,
      settings: judgedBy.settings,
      reviews: judgedBy.reviews,
    },
    results: failing,
  };
  const { evidenceDays } = judgedBy.settings;
  const { pending } = judgedBy;
  return { state, catalogue, reasons, lapsed, oldestEvidence, targets, evidenceDays, pending };
}

function controlSnapshot(
  { status, assurance, openFindings, contradicted, explanation }: TeamControlState,
  decision: ControlDecision | null,
): ControlSnapshot {
  return {
    status,
    assurance,
    openFindings,
    contradicted,
    failing: explanation.inputs
      .filter(({ fail }) => fail > 0)
      .map(({ tool, checkId }) => `${tool}/${checkId}`)
      .slice(0, MAX_CHECKS),
    without: explanation.accountsWithoutEvidence.slice(0, MAX_ACCOUNTS),
    decision: decision && {
      kind: decision.kind,
      status: decision.status,
      at: decision.at,
      expiresAt: decision.expiresAt,
    },
  };
}
