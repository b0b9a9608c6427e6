import type { MatchReason } from '../../../../contract/compliance.js';
import type { ReportedCheck } from '../../../scanners/report.js';
import type { Catalogue } from '../common-controls/catalogue.js';
import { DomainFallback } from './domain-fallback.js';
import { KeywordIndex, type KeywordMatch } from './keyword-index.js';
import { sentences } from './match-sentences.js';
import { type StatedRequirement, StatedRequirements } from './stated-requirements.js';
import { type Candidate, candidatesFrom, SUPPORT, takeSupported } from './supported-candidates.js';

export interface ControlMatch {
  controlId: string;
  reason: MatchReason;
}

export type MatchableCheck = ReportedCheck & { provider: string; tool: string };

/** Controls that people chose for a check: shipped, or a team's accepted suggestions. */
export type CuratedLookup = (check: MatchableCheck) => readonly string[];

/**
 * Text alone must be this convincing, about a phrase of two words in the title. Chosen by reading the
 * matches of 200 of the 1,642 checks of Prowler 5.46, never by counting against its own tables.
 */
export const TEXT_THRESHOLD = 2.5;
/** Text that scores so much less than the best is about something else. */
const TEXT_SHARE_OF_BEST = 0.7;
const MOST_BY_TEXT = 3;

/** Which controls a check counts for, and why. Deterministic; built once from the catalogue. */
export class ControlMatcher {
  readonly #catalogue: Catalogue;
  readonly #index: KeywordIndex;
  readonly #stated: StatedRequirements;
  readonly #domains: DomainFallback;
  readonly #curated: CuratedLookup;

  constructor(catalogue: Catalogue, curated: CuratedLookup = () => []) {
    this.#catalogue = catalogue;
    this.#index = new KeywordIndex(catalogue);
    this.#stated = new StatedRequirements(catalogue);
    this.#domains = new DomainFallback(catalogue);
    this.#curated = curated;
  }

  /** Never empty: the last tier is the domain. Best first. */
  match(check: MatchableCheck): ControlMatch[] {
    const curated = this.#byCuration(check);
    if (curated.length > 0) return curated;
    const text = this.#index.search(check);
    const { requirements } = this.#stated.read(check.statedRequirements);
    const stated = this.#byStatement(check, requirements, text);
    if (stated.length > 0) return stated;
    const worded = this.#byText(text);
    return worded.length > 0 ? worded : [this.#byDomain(check)];
  }

  #byCuration(check: MatchableCheck): ControlMatch[] {
    const ids = [...new Set(this.#curated(check))].filter((id) => this.#catalogue.controls.has(id));
    return ids.sort().map((controlId) => ({
      controlId,
      reason: { tier: 1, confidence: 0.95, text: sentences.curated(), edges: [], tokens: [] },
    }));
  }

  #byStatement(
    check: MatchableCheck,
    stated: readonly StatedRequirement[],
    text: readonly KeywordMatch[],
  ): ControlMatch[] {
    if (stated.length === 0) return [];
    const candidates = candidatesFrom(this.#catalogue, stated, text);
    const taken = takeSupported(candidates, {
      domainLists: (controlId) => this.#domains.lists(controlId, check),
      silent: (text[0]?.score ?? 0) < TEXT_THRESHOLD,
    });
    return taken.map((candidate) => ({
      controlId: candidate.controlId,
      reason: {
        tier: 2,
        confidence: confidenceOf(candidate),
        text: sentences.stated(candidate, check.service),
        edges: candidate.edges,
        tokens: candidate.text?.tokens ?? [],
      },
    }));
  }

  #byText(text: readonly KeywordMatch[]): ControlMatch[] {
    const least = Math.max(TEXT_THRESHOLD, (text[0]?.score ?? 0) * TEXT_SHARE_OF_BEST);
    const good = text.filter(({ score }) => score >= least).slice(0, MOST_BY_TEXT);
    return good.map(({ controlId, score, tokens }) => ({
      controlId,
      reason: {
        tier: 3,
        confidence: between(0.3, 0.55, (score - TEXT_THRESHOLD) / (2 * TEXT_THRESHOLD)),
        text: sentences.worded(tokens),
        edges: [],
        tokens,
      },
    }));
  }

  #byDomain(check: MatchableCheck): ControlMatch {
    const { domain, because } = this.#domains.of(check);
    return {
      controlId: domain.umbrella,
      reason: {
        tier: 4,
        confidence: because === 'nothing' ? 0.15 : 0.2,
        text: sentences.domain(domain.name, check.service, because),
        edges: [],
        tokens: [],
      },
    };
  }
}

/** Half by how strongly the stated requirements point here, half by the text. */
function confidenceOf({ edgeScore, text }: Candidate): number {
  const edges = Math.min(1, edgeScore / SUPPORT.strongEdges);
  const words = Math.min(1, (text?.score ?? 0) / SUPPORT.strongText);
  return between(0.6, 0.9, (edges + words) / 2);
}

function between(low: number, high: number, share: number): number {
  return Math.round((low + (high - low) * Math.min(1, Math.max(0, share))) * 100) / 100;
}
