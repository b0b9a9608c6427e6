import type { TeamScope } from '../../../platform/database/collection.js';
import type { Assessments, ControlConflict } from '../../assessments/index.js';
import type { Compliance } from '../../compliance/index.js';
import type { Evidence, EvidenceEnd, EvidenceValidity } from '../../evidence/index.js';
import type { EndedException, SecurityScans } from '../../security-scans/index.js';
import type { StoredEpisode } from './episode.js';

export interface EndsReaderDeps {
  findings: Pick<SecurityScans['findings'], 'endedExceptions' | 'statuses'>;
  matches: Pick<Compliance['matches'], 'ofChecks'>;
  /** Null while the module is unavailable. */
  evidence: () => Pick<Evidence, 'ends'> | null;
  /** Null while the module is unavailable. */
  assessments: () => Pick<Assessments, 'conflicts'> | null;
}

/** What other modules store at this moment about items, exceptions and answers that end. */
export interface Ends {
  exceptions: readonly (EndedException & { controls: readonly string[] })[];
  /** Accepted evidence that has ended, or will within the notice period. */
  evidence: readonly EvidenceEnd[];
  /** Controls on which people's answers contradict each other; null when unknown. */
  conflicts: readonly ControlConflict[] | null;
  /** The items and findings that open episodes are about; null when unknown. */
  current: {
    findings: ReadonlyMap<string, string>;
    evidence: ReadonlyMap<string, EvidenceValidity> | null;
  };
}

/** Reads what is stored instead of following events, so a lost event does no harm. */
export class EndsReader {
  constructor(private readonly deps: EndsReaderDeps) {}

  async read(team: TeamScope, open: readonly StoredEpisode[], soon: string): Promise<Ends> {
    const { findings } = this.deps;
    const ends = this.deps.evidence()?.ends;
    const idsOf = (kind: 'evidence' | 'finding') =>
      open.flatMap(({ cause: { about } }) => (about?.kind === kind ? [about.id] : []));
    const [exceptions, statuses, evidence, current, conflicts] = await Promise.all([
      findings.endedExceptions(team),
      findings.statuses(team, idsOf('finding')),
      ends?.by(team, soon) ?? [],
      ends?.current(team, idsOf('evidence')) ?? null,
      this.deps.assessments()?.conflicts.list(team) ?? null,
    ]);
    return {
      exceptions: await this.#withControls(team, exceptions),
      evidence,
      conflicts,
      current: { findings: statuses, evidence: current },
    };
  }

  /** Adds the controls for which the check counts, without matches by text alone. */
  async #withControls(team: TeamScope, exceptions: readonly EndedException[]) {
    if (exceptions.length === 0) return [];
    const checkIds = [...new Set(exceptions.map(({ checkId }) => checkId))];
    const matched = await this.deps.matches.ofChecks(team, checkIds);
    return exceptions.map((exception) => {
      const its = matched.find(
        ({ tool, checkId }) => tool === exception.tool && checkId === exception.checkId,
      );
      const counting = its?.matches.filter(({ reason }) => reason.tier <= 2) ?? [];
      return { ...exception, controls: counting.map(({ controlId }) => controlId) };
    });
  }
}
