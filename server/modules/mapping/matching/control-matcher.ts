import { hash } from 'node:crypto';
import type { MatchReason, Relation, Tier } from '../../../../contract/compliance.js';
import type { ReportedCheck } from '../../../scanners/rows/report.js';
import type { Catalogue } from '../../catalogue/index.js';
import { type CuratedMapping, loadMapping } from './curated-mapping.js';
import { DomainFallback } from './domain-fallback.js';
import { KeywordIndex, type KeywordMatch } from './keyword-index.js';
import { sentences } from './match-sentences.js';
import { type StatedRequirement, StatedRequirements } from './stated-requirements.js';
import { type Candidate, candidatesFrom, SUPPORT, takeSupported } from './supported-candidates.js';
import { textConfidence } from './text-confidence.js';
import { matchesOf, TEXT } from './text-matches.js';
import { TopicIndex } from './topic-index.js';

export interface ControlMatch {
  controlId: string;
  reason: MatchReason;
}

export type MatchableCheck = ReportedCheck & { provider: string; tool: string };

/** A team's review of a check and a control. It overrides the shipped mapping. */
export interface TeamEdge {
  controlId: string;
  verdict: 'accepted' | 'rejected';
  /** How the tested part relates to the control; a subset if left out. */
  relation?: Relation;
  /** Who reviewed it, when (ISO 8601) and why. */
  review?: { actor: string; at: string; reason: string };
}

export interface MatchOptions {
  team?: readonly TeamEdge[];
  /** Whether a control exists for the team; by default, whether the shipped library has it. */
  hasControl?: (controlId: string) => boolean;
  /** Use these tiers only; all by default. */
  tiers?: ReadonlySet<Tier>;
}

/** Checks whose matches are cached: enough for all checks of Prowler for some providers. */
const MAX_REMEMBERED = 2_000;
const ALL_TIERS: ReadonlySet<Tier> = new Set([1, 2, 3, 4]);
/** Confidence of a rule's match, by its relation. */
const CURATED_CONFIDENCE: Record<Relation, number> = {
  equal: 0.95,
  superset: 0.9,
  subset: 0.95,
  intersects: 0.7,
};

/** Which controls a check counts for, and why. Deterministic; its indexes are built at first use. */
export class ControlMatcher {
  readonly #catalogue: Catalogue;
  readonly #mapping: CuratedMapping;
  #stated: StatedRequirements | undefined;
  #domains: DomainFallback | undefined;
  #index: KeywordIndex | undefined;
  #topics: TopicIndex | undefined;
  /** Cached by hash of the check, since scans describe their checks alike. */
  readonly #remembered = new Map<string, readonly ControlMatch[]>();

  constructor(
    catalogue: Catalogue,
    mapping = loadMapping((controlId) => catalogue.controls.has(controlId)),
  ) {
    this.#catalogue = catalogue;
    this.#mapping = mapping;
  }

  /** Changes when a rule or a topic does. */
  get version(): string {
    return this.#mapping.version;
  }

  /**
   * Best first. Matches that the team accepted are added to those of the check's tier; rejected ones are
   * left out, and if none remain the next tier is used. With all tiers the result is empty only when the
   * team rejected even the domain.
   */
  match(check: MatchableCheck, options: MatchOptions = {}): readonly ControlMatch[] {
    const { team = [], tiers = ALL_TIERS } = options;
    if (team.length > 0 || tiers !== ALL_TIERS) return this.#find(check, team, options);
    const key = hash('sha256', JSON.stringify(check), 'base64');
    const known = this.#remembered.get(key);
    if (known) return known;
    const found = this.#find(check, team, options);
    if (this.#remembered.size >= MAX_REMEMBERED) this.#remembered.clear();
    this.#remembered.set(key, found);
    return found;
  }

  #find(
    check: MatchableCheck,
    team: readonly TeamEdge[],
    { tiers = ALL_TIERS, hasControl }: MatchOptions,
  ): ControlMatch[] {
    const exists = hasControl ?? ((id: string) => this.#catalogue.controls.has(id));
    const reviewed = new Set(team.map(({ controlId }) => controlId));
    const accepted = team.filter(
      ({ verdict, controlId }) => verdict === 'accepted' && exists(controlId),
    );
    const chosen = tiers.has(1) ? accepted.map(chosenByTeam) : [];
    for (const found of this.#byTiers(check, tiers)) {
      const others =
        reviewed.size === 0 ? found : found.filter((each) => !reviewed.has(each.controlId));
      const isSettled = chosen.length > 0 && found.length > 0;
      // The domain is only a fallback, which a person's review replaces.
      if (isSettled)
        return found[0]?.reason.tier === 4 ? chosen : bestFirst([...chosen, ...others]);
      if (others.length > 0) return others;
    }
    return chosen;
  }

  /** The matches of rules, statements, text and domain, in this order; each is computed when it is needed. */
  *#byTiers(check: MatchableCheck, tiers: ReadonlySet<Tier>): Generator<ControlMatch[]> {
    if (tiers.has(1)) yield this.#byCuration(check);
    const words = tiers.has(2) || tiers.has(3) ? this.#keywords.search(check) : [];
    if (tiers.has(2)) yield this.#byStatement(check, words);
    if (tiers.has(3)) yield this.#byText(check, words);
    if (tiers.has(4)) yield [this.#byDomain(check)];
  }

  get #statements(): StatedRequirements {
    this.#stated ??= new StatedRequirements(this.#catalogue);
    return this.#stated;
  }

  get #fallback(): DomainFallback {
    this.#domains ??= new DomainFallback(this.#catalogue);
    return this.#domains;
  }

  /** Built at first use: most checks have a rule. */
  get #keywords(): KeywordIndex {
    this.#index ??= new KeywordIndex(this.#catalogue);
    return this.#index;
  }

  get #subjects(): TopicIndex {
    this.#topics ??= new TopicIndex(this.#mapping.topics.values());
    return this.#topics;
  }

  #byCuration(check: MatchableCheck): ControlMatch[] {
    const rule = this.#mapping.ruleFor(check);
    const pass = {
      ...(rule?.needs ? { needs: [...rule.needs] } : {}),
      ...(rule?.misses ? { misses: rule.misses } : {}),
      ...(rule?.states ? { states: { ...rule.states } } : {}),
    };
    const found = (rule?.edges ?? []).map((edge): ControlMatch => {
      const { controlId, relation, finds } = edge;
      const confidence = CURATED_CONFIDENCE[relation];
      const found = finds && { finds };
      const how = { rule: rule?.name, relation, ...found, ...pass, edges: [], tokens: [] };
      const text = sentences.curated(edge);
      return { controlId, reason: { tier: 1, confidence, text, ...how } };
    });
    // Of equal matches, the one that the rule's topics name first.
    return bestFirst(found);
  }

  #byStatement(check: MatchableCheck, text: readonly KeywordMatch[]): ControlMatch[] {
    const stated: readonly StatedRequirement[] = this.#statements.read(
      check.statedRequirements,
    ).requirements;
    if (stated.length === 0) return [];
    const candidates = candidatesFrom(this.#catalogue, stated, text);
    const taken = takeSupported(candidates, {
      domainLists: (controlId) => this.#fallback.lists(controlId, check),
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
      .map(({ controlId, tests, tokens, relation, finds, ...how }) => ({
        controlId,
        reason: {
          tier: 3,
          confidence: textConfidence(how),
          text: sentences.worded(tests, tokens),
          relation,
          ...(finds && { finds }),
          edges: [],
          tokens,
        },
      }));
  }

  #byDomain(check: MatchableCheck): ControlMatch {
    const { domain, because } = this.#fallback.of(check);
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

/** The sort is stable: equal matches keep their order. */
function bestFirst(found: ControlMatch[]): ControlMatch[] {
  return found.sort(
    (a, b) => a.reason.tier - b.reason.tier || b.reason.confidence - a.reason.confidence,
  );
}

function chosenByTeam({ controlId, relation, review }: TeamEdge): ControlMatch {
  const how = { text: sentences.team(review), relation, edges: [], tokens: [] };
  return { controlId, reason: { tier: 1, confidence: 0.95, ...how } };
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
