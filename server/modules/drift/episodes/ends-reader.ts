import type { TeamScope } from '../../../platform/database/collection.js';
import type { Assessments, ControlConflict } from '../../assessments/index.js';
import type { Compliance } from '../../compliance/index.js';
import type { Evidence, EvidenceEnd, EvidenceStanding } from '../../evidence/index.js';
import type { EndedException, SecurityScans } from '../../security-scans/index.js';
import type { StoredEpisode } from './episodes.repository.js';

export interface EndsReaderDeps {
  findings: Pick<SecurityScans['findings'], 'endedExceptions' | 'statuses'>;
  matches: Pick<Compliance['matches'], 'ofChecks'>;
  /** Null while the evidence module is not available. */
  evidence: () => Pick<Evidence, 'ends'> | null;
  /** Null while the assessments module is not available. */
  assessments: () => Pick<Assessments, 'conflicts'> | null;
}

/** Things that end by themselves and are no controls, as other modules keep them at this moment. */
export interface Ends {
  exceptions: readonly (EndedException & { controls: readonly string[] })[];
  /** By the end of the time that is announced. */
  evidence: readonly EvidenceEnd[];
  /** All controls on which people's answers contradict each other; null: it cannot be told now. */
  conflicts: readonly ControlConflict[] | null;
  /** What became of those that open episodes are about; null: it cannot be told now. */
  standings: {
    findings: ReadonlyMap<string, string>;
    evidence: ReadonlyMap<string, EvidenceStanding> | null;
  };
}

/** Reads what is stored, not what was announced: an announcement that was lost costs nothing. */
export class EndsReader {
  constructor(private readonly deps: EndsReaderDeps) {}

  async read(team: TeamScope, open: readonly StoredEpisode[], soon: string): Promise<Ends> {
    const { findings } = this.deps;
    const ends = this.deps.evidence()?.ends;
    const idsOf = (kind: 'evidence' | 'finding') =>
      open.flatMap(({ cause: { about } }) => (about?.kind === kind ? [about.id] : []));
    const [exceptions, statuses, evidence, standings, conflicts] = await Promise.all([
      findings.endedExceptions(team),
      findings.statuses(team, idsOf('finding')),
      ends?.by(team, soon) ?? [],
      ends?.standings(team, idsOf('evidence')) ?? null,
      this.deps.assessments()?.conflicts.list(team) ?? null,
    ]);
    return {
      exceptions: await this.#withControls(team, exceptions),
      evidence,
      conflicts,
      standings: { findings: statuses, evidence: standings },
    };
  }

  /** Of a check's matches those that count for a control, not those by its text alone. */
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
