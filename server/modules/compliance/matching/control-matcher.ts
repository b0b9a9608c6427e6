import type { MatchReason, Relation, Tier } from '../../../../contract/compliance.js';
import type { ReportedCheck } from '../../../scanners/report.js';
import type { Catalogue } from '../common-controls/catalogue.js';
import { type CuratedMapping, loadMapping } from './curated-mapping.js';
import { DomainFallback } from './domain-fallback.js';
import { KeywordIndex, type KeywordMatch } from './keyword-index.js';
import { sentences } from './match-sentences.js';
import { type StatedRequirement, StatedRequirements } from './stated-requirements.js';
import { type Candidate, candidatesFrom, SUPPORT, takeSupported } from './supported-candidates.js';
import { matchesOf, TEXT, type TextMatch } from './text-matches.js';
import { TopicIndex } from './topic-index.js';

export interface ControlMatch {
  controlId: string;
  reason: MatchReason;
}

export type MatchableCheck = ReportedCheck & { provider: string; tool: string };

/** What people of a team said about a check and a control. It stands over what is shipped. */
export interface TeamEdge {
  controlId: string;
  says: 'accepted' | 'rejected';
}

export interface MatchOptions {
  team?: readonly TeamEdge[];
  /** Only these tiers are asked; all by default. */
  tiers?: ReadonlySet<Tier>;
}

const ALL_TIERS: ReadonlySet<Tier> = new Set([1, 2, 3, 4]);
/** How sure a rule makes, by what it says of the relation. */
const CURATED_CONFIDENCE: Record<Relation, number> = {
  equal: 0.95,
  superset: 0.9,
  subset: 0.95,
  intersects: 0.7,
};

/** Which controls a check counts for, and why. Deterministic; built once from the catalogue. */
export class ControlMatcher {
  readonly #catalogue: Catalogue;
  readonly #mapping: CuratedMapping;
  readonly #stated: StatedRequirements;
  readonly #domains: DomainFallback;
  #index: KeywordIndex | undefined;
  #topics: TopicIndex | undefined;

  constructor(
    catalogue: Catalogue,
    mapping = loadMapping((controlId) => catalogue.controls.has(controlId)),
  ) {
    this.#catalogue = catalogue;
    this.#mapping = mapping;
    this.#stated = new StatedRequirements(catalogue);
    this.#domains = new DomainFallback(catalogue);
  }

  /** Changes when a rule or a topic does. */
  get version(): string {
    return this.#mapping.version;
  }

  /** Best first. Never empty when all tiers are asked: the last one is the domain. */
  match(
    check: MatchableCheck,
    { team = [], tiers = ALL_TIERS }: MatchOptions = {},
  ): ControlMatch[] {
    const rejected = new Set(
      team.filter(({ says }) => says === 'rejected').map(({ controlId }) => controlId),
    );
    const of = (found: ControlMatch[]) =>
      rejected.size === 0 ? found : found.filter(({ controlId }) => !rejected.has(controlId));
    const curated = tiers.has(1) ? of(this.#byCuration(check, team)) : [];
    if (curated.length > 0) return curated;
    const words = tiers.has(2) || tiers.has(3) ? this.#keywords.search(check) : [];
    const stated = tiers.has(2) ? of(this.#byStatement(check, words)) : [];
    if (stated.length > 0) return stated;
    const worded = tiers.has(3) ? of(this.#byText(check, words)) : [];
    if (worded.length > 0) return worded;
    return tiers.has(4) ? [this.#byDomain(check)] : [];
  }

  /** Built when it is first asked: most checks have a rule. */
  get #keywords(): KeywordIndex {
    this.#index ??= new KeywordIndex(this.#catalogue);
    return this.#index;
  }

  get #subjects(): TopicIndex {
    this.#topics ??= new TopicIndex(this.#mapping.topics.values());
    return this.#topics;
  }

  #byCuration(check: MatchableCheck, team: readonly TeamEdge[]): ControlMatch[] {
    const chosen = new Map<string, ControlMatch>();
    for (const { controlId, says } of team) {
      if (says === 'rejected' || !this.#catalogue.controls.has(controlId)) continue;
      const text = sentences.team();
      const reason: MatchReason = { tier: 1, confidence: 0.95, text, edges: [], tokens: [] };
      chosen.set(controlId, { controlId, reason });
    }
    const rule = this.#mapping.ruleFor(check);
    for (const edge of rule?.edges ?? []) {
      const { controlId, relation } = edge;
      if (chosen.has(controlId)) continue;
      const confidence = CURATED_CONFIDENCE[relation];
      const text = sentences.curated(edge);
      const found = { rule: rule?.name, relation, edges: [], tokens: [] };
      chosen.set(controlId, { controlId, reason: { tier: 1, confidence, text, ...found } });
    }
    // The sort is stable: of equals that which the rule's topics name first.
    return [...chosen.values()].sort((a, b) => b.reason.confidence - a.reason.confidence);
  }

  #byStatement(check: MatchableCheck, text: readonly KeywordMatch[]): ControlMatch[] {
    const stated: readonly StatedRequirement[] = this.#stated.read(
      check.statedRequirements,
    ).requirements;
    if (stated.length === 0) return [];
    const candidates = candidatesFrom(this.#catalogue, stated, text);
    const taken = takeSupported(candidates, {
      domainLists: (controlId) => this.#domains.lists(controlId, check),
      silent: (text[0]?.score ?? 0) < TEXT.keywords,
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

  #byText(check: MatchableCheck, keywords: readonly KeywordMatch[]): ControlMatch[] {
    const found = matchesOf(this.#subjects.search(check), keywords);
    return found
      .filter(({ controlId }) => this.#catalogue.controls.has(controlId))
      .map(({ controlId, tests, tokens, relation, ...how }) => ({
        controlId,
        reason: {
          tier: 3,
          confidence: likelihoodOf(how),
          text: sentences.worded(tests, tokens),
          relation,
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

/** How often a control that is found by such a text is right. */
function likelihoodOf({ score, strength }: Pick<TextMatch, 'score' | 'strength'>): number {
  const clear = Math.min(1, Math.max(0, (score - TEXT.topic) / 6));
  return between(0.3, 0.55, strength * (0.5 + clear / 2));
}

function between(low: number, high: number, share: number): number {
  return Math.round((low + (high - low) * Math.min(1, Math.max(0, share))) * 100) / 100;
}
