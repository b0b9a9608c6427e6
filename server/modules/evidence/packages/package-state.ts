import type { ControlDecision, ControlExplanation } from '../../../../contract/control.js';
import type { FrameworkSummary, RequirementState } from '../../../../contract/framework.js';
import { requirementPage } from '../../../../contract/framework-words.js';
import { type RegionNote, regionNoteText } from '../../../../contract/regions.js';
import type { TeamScope } from '../../../platform/database/collection.js';
import { NotFoundError } from '../../../platform/errors.js';
import { maskSecrets } from '../../../scanners/secrets/mask-secrets.js';
import type { Compliance } from '../../compliance/index.js';
import { isValidWithin } from '../items/evidence.rules.js';
import type { StoredEvidence } from '../items/evidence-item.js';
import type { EvidenceItemsRepository } from '../items/evidence-items.repository.js';
import { versionsOf } from '../items/past-revisions.js';
import { olderResults } from './older-results.rules.js';

export interface ControlAt {
  id: string;
  title: string;
  weight: number;
  status: RequirementState['controls'][number]['status'];
  assurance: string;
  reason: string;
  openFindings: number;
  /** Of its conclusive results in the framework's scope, by severity, in percent. */
  passing: number | null;
  /** Passes that count as unknown because of their age, and the last day on which it was implemented by them. */
  expired?: { passes: number; implementedUntil: string | null };
  /** What results show of the regions of its accounts. */
  regions?: readonly RegionNote[];
  contradicted: boolean;
  evaluatedAt: string | null;
  failingChecks: { tool: string; checkId: string; title: string; severity: string; fail: number }[];
  /** A person's decision in force. */
  decision: ControlDecision | null;
  /** Which results it rests on although the package has no evidence of them. */
  note?: string;
}

/** Whether work remains: a scan has findings, or a person answered so. */
export function isOpen({ openFindings, status }: Pick<ControlAt, 'openFindings' | 'status'>) {
  return openFindings > 0 || status === 'not_implemented' || status === 'partial';
}

export interface RequirementAt extends RequirementState {
  /** The path of its page in the web app. */
  page: string;
}

/** Everything that a package contains, read once: the same state makes the same package. */
export interface PackageState {
  team: string;
  framework: FrameworkSummary & { requirementStates: RequirementAt[]; attributions: string[] };
  from: string;
  to: string;
  /** The scores at the end of the period; null when none was recorded yet. */
  atEnd: { score: number | null; ceiling: number | null; coverage: number | null } | null;
  controls: ControlAt[];
  /** Evidence that was valid at some moment of the period, oldest first. */
  items: StoredEvidence[];
}

export interface StateDeps {
  items: EvidenceItemsRepository;
  compliance: Pick<Compliance, 'catalogues' | 'posture' | 'decisions' | 'history'>;
}

export async function packageState(
  { items, compliance }: StateDeps,
  team: TeamScope,
  { frameworkId, from, to }: { frameworkId: string; from: string; to: string },
): Promise<PackageState> {
  const catalogue = await compliance.catalogues.of(team);
  if (!catalogue.frameworks.has(frameworkId)) {
    throw new NotFoundError('no such framework', { frameworkId });
  }
  const framework = await compliance.posture.framework(team, frameworkId);
  const ids = [
    ...new Set(framework.requirementStates.flatMap(({ controls }) => controls.map(({ id }) => id))),
  ].sort();
  // By the accounts in the framework's scope, as for the requirements.
  const states = await compliance.posture.statesOf(team, frameworkId);
  const passingOf = await compliance.posture.passingIn(team, frameworkId);
  const decided = await decisionsOf(compliance, team, ids, framework.evaluatedAt ?? to);
  const wanted = new Set(ids);
  const unexpired = { expiresAt: { gt: from }, deletedAt: { exists: false } };
  const found = (await items.all(team, unexpired))
    .flatMap(versionsOf)
    .filter(
      (item) =>
        isValidWithin(item, from, to) &&
        (item.controlIds.some((id) => wanted.has(id)) ||
          item.requirements.some((reference) => reference.startsWith(`${frameworkId}/`))),
    );
  const keyOf = (item: StoredEvidence) => [item.collectedAt, item.id, item.revision].join(' ');
  found.sort((a, b) => compare(keyOf(a), keyOf(b)));
  const controls = ids.map((id): ControlAt => {
    const state = states.get(id);
    const inputs = state?.explanation.inputs ?? [];
    const failing = inputs.filter(({ fail }) => fail > 0);
    const note = olderResults(id, inputs, found);
    return {
      id,
      title: catalogue.controls.get(id)?.title ?? id,
      weight: catalogue.controls.get(id)?.weight ?? 0,
      status: state?.status ?? 'not_assessed',
      assurance: state?.assurance ?? 'none',
      reason: maskSecrets(state?.reason ?? 'No evidence is known.'),
      openFindings: state?.openFindings ?? 0,
      passing: passingOf(id),
      ...expiryOf(state?.explanation.expired),
      ...(state?.explanation.regions ? { regions: state.explanation.regions } : {}),
      contradicted: state?.contradicted ?? false,
      evaluatedAt: state?.evaluatedAt ?? null,
      failingChecks: failing.map(({ tool, checkId, title, severity, fail }) => ({
        tool,
        checkId,
        title,
        severity,
        fail,
      })),
      decision: decided.get(id) ?? null,
      ...(note === null ? {} : { note }),
    };
  });
  const requirementStates = framework.requirementStates.map((each) => ({
    ...masked(each),
    page: requirementPage(frameworkId, each.id),
  }));
  return {
    team: team.teamId,
    framework: { ...framework, requirementStates },
    from,
    to,
    atEnd: await scoresAt(compliance, team, frameworkId, to),
    controls,
    items: found.map(maskedItem),
  };
}

/** What is noted of regions at the controls, each account once. */
export function regionTexts({ controls }: Pick<PackageState, 'controls'>): string[] {
  const notes = controls.flatMap(({ regions = [] }) => regions);
  return [...new Set(notes.map(regionNoteText))].sort();
}

function expiryOf(expired: ControlExplanation['expired']): Pick<ControlAt, 'expired'> {
  if (!expired) return {};
  const { passes, implementedUntil } = expired;
  return { expired: { passes, implementedUntil } };
}

/** Packages leave the organisation, so people's texts are masked like files. */
function masked(requirement: RequirementState): RequirementState {
  const { attestation, outdatedAttestation } = requirement;
  const withMaskedStatement = (one: typeof attestation) =>
    one && { ...one, statement: maskSecrets(one.statement) };
  return {
    ...requirement,
    attestation: withMaskedStatement(attestation),
    outdatedAttestation: withMaskedStatement(outdatedAttestation),
  };
}

function maskedItem(item: StoredEvidence): StoredEvidence {
  const { title, description, reviews } = item;
  return {
    ...item,
    title: maskSecrets(title),
    description: maskSecrets(description),
    reviews: reviews.map((one) => ({
      ...one,
      reason: one.reason === null ? null : maskSecrets(one.reason),
    })),
  };
}

/** When something was last evaluated, collected, uploaded, reviewed or attested; null for never. */
export function lastChange({ framework, items, to }: PackageState): string | null {
  const moments = [
    framework.evaluatedAt,
    ...framework.requirementStates.map(({ attestation }) => attestation?.at),
    ...items.flatMap(({ createdAt, effectiveFrom, reviews }) => [
      createdAt,
      effectiveFrom,
      ...reviews.map(({ at }) => at),
    ]),
  ].filter((at) => typeof at === 'string' && at <= to);
  return moments.sort().at(-1) ?? null;
}

async function scoresAt(
  { history }: StateDeps['compliance'],
  team: TeamScope,
  frameworkId: string,
  to: string,
): Promise<PackageState['atEnd']> {
  const { frameworks } = await history.postureAt(team, to);
  const found = frameworks.find((one) => one.frameworkId === frameworkId);
  if (!found) return null;
  const { score, ceiling, coverage } = found;
  return { score, ceiling, coverage };
}

/** Whether the posture was evaluated after the period, which a package of a past period states. */
export function isLater({ framework: { evaluatedAt }, to }: PackageState): boolean {
  return evaluatedAt !== null && evaluatedAt > to;
}

/** Decisions in force when the team was evaluated, by control. */
async function decisionsOf(
  { decisions }: StateDeps['compliance'],
  team: TeamScope,
  ids: readonly string[],
  at: string,
): Promise<Map<string, ControlDecision>> {
  const found = await decisions.byControl(team, ids);
  return new Map(
    [...found]
      .filter(([, { expiresAt }]) => expiresAt === null || expiresAt > at)
      .map(([id, one]) => {
        const { kind, status, justification, actor, approver = null, at: since, expiresAt } = one;
        const shown = { kind, status, actor, approver, at: since, expiresAt };
        return [id, { ...shown, justification: maskSecrets(justification) }];
      }),
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
