import type { RegionNote } from '../../../../contract/regions.js';
import type { FailingCheck, RequirementWhy } from '../../../../contract/requirement.js';
import { type FindingFilter, LOWERING_STATUSES } from '../../../../contract/security-scans.js';
import type { Actor } from '../../../platform/auth/actor.js';
import type { TeamScope } from '../../../platform/database/collection.js';
import { NotFoundError } from '../../../platform/errors.js';
import { attributionsOf, type Framework, type TeamCatalogues } from '../../catalogue/index.js';
import type { SecurityScans } from '../../security-scans/index.js';
import type { DecisionRecords } from '../decisions/decision-records.js';
import type { StateHistoryRepository } from '../history/state-history.repository.js';
import type { PostureService } from '../posture/posture.service.js';
import type { TeamControlState } from '../states/team-control-state.js';
import { nearestIds } from './nearest-ids.rules.js';
import type { RequirementEvidence } from './requirement-evidence.js';
import { sentenceOf, statusChanges, stepsOf } from './requirement-why.rules.js';

export interface RequirementWhyDeps {
  catalogues: TeamCatalogues;
  posture: PostureService;
  stateHistory: StateHistoryRepository;
  records: Pick<DecisionRecords, 'all'>;
  findings: Pick<SecurityScans['findings'], 'groups' | 'list'>;
  /** Null while the module evidence is unavailable. */
  evidence: () => RequirementEvidence | null;
}

const MAX_CHECKS = 25;
const MAX_RESOURCES = 3;
const MAX_ITEMS = 25;
/** States read of each control; most changes between them are of figures, not of the status. */
const MAX_STATES = 50;

/** Everything that decides about one requirement, for one page. */
export class RequirementWhyService {
  constructor(private readonly deps: RequirementWhyDeps) {}

  async get(actor: Actor, frameworkId: string, requirementId: string): Promise<RequirementWhy> {
    const { posture } = this.deps;
    const framework = await this.#framework(actor, frameworkId);
    const requirement =
      named(framework.requirements, requirementId) ??
      framework.requirements.find(({ formerly }) => formerly?.includes(requirementId));
    if (!requirement) throw unknownRequirement(framework, requirementId);
    const [{ snapshot, stateOf }, states] = await Promise.all([
      posture.figures(actor, framework.id),
      posture.statesOf(actor, framework.id),
    ]);
    const state = stateOf(requirement);
    const controlIds = state.controls.map(({ id }) => id);
    const { id, name, version, sections } = framework;
    const [findings, decisions, evidence, history] = await Promise.all([
      this.#findings(actor, framework.id, controlIds, states),
      this.#decisions(actor, controlIds),
      this.deps
        .evidence()
        ?.ofRequirement(
          actor,
          { reference: `${framework.id}/${requirement.id}`, controlIds },
          MAX_ITEMS,
        ) ?? null,
      this.#history(actor, controlIds, scopeOf(states)),
    ]);
    const controlOf = (controlId: string) => snapshot.library.controls.get(controlId);
    return {
      ...state,
      framework: { id, name, version },
      sectionTitle: sections.find((section) => section.id === state.section)?.title ?? '',
      why: sentenceOf(framework, requirement, state, snapshot),
      regions: regionNotes(controlIds.map((each) => states.get(each))),
      scoped: scopeOf(states) !== '',
      controls: state.controls.map((control) => ({
        ...control,
        title: controlOf(control.id)?.title ?? control.title,
        kind: controlOf(control.id)?.kind ?? null,
        ...factsOf(states.get(control.id)),
      })),
      ...{ findings, decisions, evidence, history },
      steps: stepsOf(framework, requirement, state, snapshot, (each) => states.get(each)),
      evaluatedAt: snapshot.evaluatedAt,
      attributions: attributionsOf([framework, ...controlIds.map(controlOf)]),
    };
  }

  async #framework(team: TeamScope, frameworkId: string): Promise<Framework> {
    const { frameworks } = await this.deps.catalogues.all(team);
    const framework = named([...frameworks.values()], frameworkId);
    if (framework) return framework;
    const nearest = nearestIds(frameworks.keys(), frameworkId);
    throw new NotFoundError(`no such framework: ${frameworkId}${suggestion(nearest)}`, {
      ...{ frameworkId, nearest },
    });
  }

  /** The failing checks of its controls, with the count of the list that their links lead to. */
  async #findings(
    actor: Actor,
    frameworkId: string,
    controlId: string[],
    states: ReadonlyMap<string, TeamControlState>,
  ): Promise<RequirementWhy['findings']> {
    if (controlId.length === 0) return { total: 0, checksTotal: 0, checks: [] };
    const { findings } = this.deps;
    const filter: FindingFilter = { controlId, frameworkId, status: [...LOWERING_STATUSES] };
    const { items, totalFindings, totalGroups } = await findings.groups(actor, filter, MAX_CHECKS);
    const mayRead = actor.permissions.includes('findings:read');
    const checks = await Promise.all(
      items.map(async (group): Promise<FailingCheck> => {
        const { tool, checkId } = group;
        const ofCheck = { ...filter, tool: [tool], checkId: [checkId] };
        const worst = mayRead ? await findings.list(actor, ofCheck, MAX_RESOURCES) : { items: [] };
        return {
          ...group,
          controls: controlId.filter((id) =>
            states
              .get(id)
              ?.explanation.inputs.some((each) => each.tool === tool && each.checkId === checkId),
          ),
          worst: worst.items.map((finding) => ({
            findingId: finding.id,
            resource: finding.resourceName || finding.resourceUid,
            provider: finding.provider,
            accountId: finding.accountId,
            region: finding.region,
            severity: finding.severity,
          })),
        };
      }),
    );
    return { total: totalFindings, checksTotal: totalGroups, checks };
  }

  async #decisions(team: TeamScope, controlIds: readonly string[]) {
    const decided = await this.deps.records.all(team);
    return controlIds.flatMap((controlId): RequirementWhy['decisions'] => {
      const found = decided.get(controlId);
      if (!found) return [];
      const { kind, status, justification, actor, approver, at, expiresAt } = found;
      return [{ controlId, kind, status, justification, actor, approver, at, expiresAt }];
    });
  }

  async #history(team: TeamScope, controlIds: readonly string[], scopeId: string) {
    const histories = await Promise.all(
      controlIds.map(async (id) => {
        const { items } = await this.deps.stateHistory.ofControl(team, id, MAX_STATES);
        return items.filter((each) => each.scopeId === scopeId);
      }),
    );
    return statusChanges(histories);
  }
}

/** The scope that the framework's states are evaluated in; empty: all accounts. */
function scopeOf(states: ReadonlyMap<string, TeamControlState>): string {
  const [first] = states.values();
  return first?.scopeId ?? '';
}

/** What is noted at its controls, each account once. */
function regionNotes(states: readonly (TeamControlState | undefined)[]): RegionNote[] {
  const notes = states.flatMap((state) => state?.explanation.regions ?? []);
  return [...new Map(notes.map((note) => [note.account, note])).values()];
}

function factsOf(
  state: TeamControlState | undefined,
): Pick<RequirementWhy['controls'][number], 'assurance' | 'reason' | 'openFindings'> {
  const { assurance = 'none', reason = 'Nothing has been imported yet.' } = state ?? {};
  return { assurance, reason, openFindings: state?.openFindings ?? 0 };
}

function unknownRequirement({ id, requirements }: Framework, requirementId: string): NotFoundError {
  const nearest = nearestIds(
    requirements.map((each) => each.id),
    requirementId,
  );
  return new NotFoundError(`${id} has no requirement ${requirementId}${suggestion(nearest)}`, {
    frameworkId: id,
    requirementId,
    nearest,
  });
}

/** By its id; in another case when none is written so. */
function named<T extends { id: string }>(all: readonly T[], id: string): T | undefined {
  const asked = id.toLowerCase();
  return all.find((one) => one.id === id) ?? all.find((one) => one.id.toLowerCase() === asked);
}

function suggestion(nearest: readonly string[]): string {
  return nearest.length > 0 ? `; nearest: ${nearest.join(', ')}` : '';
}
