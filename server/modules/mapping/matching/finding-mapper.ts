import { z } from 'zod';
import type { Tier } from '../../../../contract/compliance.js';
import type { Catalogue } from '../../catalogue/index.js';
import { type ControlMatch, ControlMatcher, type MatchableCheck } from './control-matcher.js';
import { RELATION_STRENGTH, RequirementProjection } from './requirement-projection.js';

/** Some programs write numbers instead of text, such as a port for a service. */
const text = z
  .union([z.string(), z.number().transform(String)], { error: 'must be text' })
  .nullish();

/** A finding to map; any field may be missing. The severity is ignored, as it does not show what a check tests. */
export const MappableFinding = z.object({
  id: z.union([z.string(), z.number()], { error: 'must be text or a number' }).nullish(),
  tool: text,
  provider: text,
  checkId: text,
  title: text,
  description: text,
  risk: text,
  severity: z.unknown().optional(),
  service: text,
  resourceType: text,
  categories: z.array(z.string(), { error: 'must be a list of texts' }).nullish(),
});
export type MappableFinding = z.infer<typeof MappableFinding>;

export interface MappedFinding {
  id: string | number | null;
  controls: { id: string; tier: Tier; confidence: number; why: string }[];
  /** Requirement ids by framework id. */
  requirements: Record<string, string[]>;
}

/** Cached checks; findings of one check are mapped once. */
const MAX_REMEMBERED = 20_000;

/** Maps findings to controls and requirements, without a team or database. */
export class FindingMapper {
  readonly #projection: RequirementProjection;
  readonly #matcher: ControlMatcher;
  readonly #tiers: ReadonlySet<Tier> | undefined;
  readonly #known = new Map<string, Omit<MappedFinding, 'id'>>();

  constructor(
    catalogue: Catalogue,
    { matcher = new ControlMatcher(catalogue), tiers }: MapperOptions = {},
  ) {
    this.#projection = new RequirementProjection(catalogue);
    this.#matcher = matcher;
    this.#tiers = tiers;
  }

  map({ id = null, severity: _, ...about }: MappableFinding): MappedFinding {
    const check = checkOf(about);
    const key = JSON.stringify(check);
    const known = this.#known.get(key) ?? this.#mapCheck(check);
    if (this.#known.size >= MAX_REMEMBERED) this.#known.clear();
    this.#known.set(key, known);
    return { id, ...known };
  }

  #mapCheck(check: MatchableCheck): Omit<MappedFinding, 'id'> {
    const matches = this.#matcher.match(check, { tiers: this.#tiers });
    const controls = matches.map(({ controlId, reason: { tier, confidence, text: why } }) => ({
      id: controlId,
      tier,
      confidence,
      why,
    }));
    return { controls, requirements: this.#projection.of(strengthsOf(matches)) };
  }
}

export interface MapperOptions {
  matcher?: ControlMatcher;
  tiers?: ReadonlySet<Tier>;
}

/** The weight of each match relative to the best of the same check. Domain matches lead to no requirements. */
export function strengthsOf(matches: readonly ControlMatch[]) {
  return matches
    .filter(({ reason }) => reason.tier < 4)
    .map(({ controlId, reason: { relation = 'subset' } }) => ({
      controlId,
      strength: RELATION_STRENGTH[relation],
    }));
}

function checkOf(finding: Omit<MappableFinding, 'id' | 'severity'>): MatchableCheck {
  return {
    id: finding.checkId ?? '',
    tool: finding.tool ?? '',
    provider: finding.provider ?? '',
    title: finding.title ?? '',
    description: finding.description ?? '',
    risk: finding.risk ?? '',
    service: finding.service ?? '',
    resourceType: finding.resourceType ?? '',
    categories: finding.categories ?? [],
    remediation: '',
    remediationUrl: null,
    statedRequirements: {},
  };
}
