import type { FrameworkGaps, FrameworkOverlap, TextFile } from '../../../../contract/compliance.js';
import { requirementCommand, requirementPage } from '../../../../contract/framework-words.js';
import type { Actor } from '../../../platform/auth/actor.js';
import { writeCsv } from '../../../platform/tables/write-csv.js';
import { attributionsOf } from '../../catalogue/index.js';
import { gainOf, weightsOf } from '../posture/posture.rules.js';
import type { PostureService } from '../posture/posture.service.js';
import { gapsOf } from './gaps.rules.js';
import { overlapOf } from './overlap.rules.js';

const MAX_FIXES = 50;

/** Gaps of a team's frameworks, and how far one framework covers others. */
export class GapAnalysisService {
  constructor(private readonly deps: { posture: PostureService }) {}

  async of(actor: Actor, frameworkId: string): Promise<FrameworkGaps> {
    const { snapshot, framework, summary, besidesOf } = await this.deps.posture.figures(
      actor,
      frameworkId,
    );
    const states = await this.deps.posture.statesOf(actor, frameworkId);
    // Gains in this framework alone: the others are left out of the sums.
    const inputs = { ...snapshot, catalogue: snapshot.catalogue.with([framework]) };
    const besides = new Map(framework.requirements.map((each) => [each.id, besidesOf(each)]));
    const found = gapsOf(framework, inputs, (controlId) => states.get(controlId));
    const gaps = found.map((gap) => ({ ...gap, ...besides.get(gap.id) }));
    const weights = weightsOf(inputs);
    const open = new Map(
      gaps.flatMap(({ controls }) => controls).map((control) => [control.id, control]),
    );
    const fixes = [...open.values()]
      .map(({ id, title, status, reason, openFindings }) => ({
        ...{ id, title, status, reason, openFindings },
        gain: gainOf(id, inputs, weights)[0]?.gain ?? 0,
        requirements: inputs.catalogue.requirementsOf(id).length,
      }))
      .filter(({ gain }) => gain > 0)
      .sort((a, b) => b.gain - a.gain || (a.id < b.id ? -1 : 1))
      .slice(0, MAX_FIXES);
    const count = (test: (gap: (typeof gaps)[number]) => boolean) => gaps.filter(test).length;
    return {
      framework: summary,
      counts: {
        failing: count(({ status }) => status === 'failing'),
        partial: count(({ status }) => status === 'partial'),
        notAssessed: count(({ status }) => status === 'not_assessed'),
        attestationMissing: count(({ attestationMissing }) => attestationMissing),
        onlyPeople: count(({ judgedBy }) => judgedBy === 'people'),
      },
      sections: [...framework.sections],
      gaps,
      fixes,
      attributions: attributionsOf([
        framework,
        ...[...open.keys()].map((id) => inputs.catalogue.controls.get(id)),
      ]),
    };
  }

  async export(actor: Actor, frameworkId: string): Promise<TextFile> {
    const { framework, gaps, attributions } = await this.of(actor, frameworkId);
    const rows = gaps.map((gap) => [
      framework.id,
      gap.section,
      gap.id,
      gap.title,
      gap.status,
      gap.gain.toFixed(2),
      gap.judgedBy,
      gap.attestationMissing ? 'yes' : 'no',
      gap.controls.map(({ id, status }) => `${id} ${status}`).join('; '),
      gap.why,
      figure(gap.passing),
      (gap.expiredPoints ?? 0).toFixed(2),
      // On every row, like the attributions.
      figure(framework.score),
      figure(framework.passing),
      (framework.expired?.points ?? 0).toFixed(1),
      requirementPage(framework.id, gap.id),
      requirementCommand(framework.id, gap.id),
      // On every row, because rows are copied without their header.
      attributions.join(' | '),
    ]);
    return {
      fileName: `${framework.id}-gaps.csv`,
      mediaType: 'text/csv',
      text: writeCsv([COLUMNS, ...rows]),
    };
  }

  /** Each pair of active frameworks, or the pairs of a given framework, active or not. */
  async overlaps(actor: Actor, { from, to }: { from?: string; to?: string }) {
    const snapshot = await this.deps.posture.snapshot(actor);
    const all = [...snapshot.catalogue.frameworks.values()];
    const frameworksOf = async (id: string | undefined) =>
      id === undefined ? all : [await this.deps.posture.find(actor, id)];
    const [froms, tos] = await Promise.all([frameworksOf(from), frameworksOf(to)]);
    const overlaps: FrameworkOverlap[] = froms.flatMap((one) =>
      tos.filter(({ id }) => id !== one.id).map((other) => overlapOf(one, other, snapshot)),
    );
    return {
      frameworks: all.map(({ id, name }) => ({ id, name })),
      overlaps,
      attributions: attributionsOf([...all, ...froms, ...tos]),
    };
  }
}

const COLUMNS = [
  'framework',
  'section',
  'requirement',
  'title',
  'status',
  'points',
  'judged_by',
  'attestation_missing',
  'controls',
  'why',
  'passing',
  'expired_points',
  'framework_score',
  'framework_passing',
  'framework_expired_points',
  'page',
  'command',
  'attribution',
];

/** Percent; empty for unknown. */
const figure = (value: number | null | undefined): string => value?.toFixed(1) ?? '';
