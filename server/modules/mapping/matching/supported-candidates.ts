import type { MatchReason, Relation } from '../../../../contract/compliance.js';
import type { Catalogue } from '../../catalogue/index.js';
import type { KeywordMatch } from './keyword-index.js';
import type { StatedRequirement } from './stated-requirements.js';

/** A control that stated requirements lead to. */
export interface Candidate {
  controlId: string;
  /** Sum over the stated requirements of the edge's weight divided by the requirement's fan-out. */
  edgeScore: number;
  edges: MatchReason['edges'];
  /** Frameworks among the edges. */
  frameworks: number;
  /** The text match that supports it; null when text did not decide. */
  text: KeywordMatch | null;
}

/** Units: keyword score, edge score. Chosen by reading the matches of real checks. */
export const SUPPORT = {
  /** The keyword score from which text supports a candidate. */
  text: 2.2,
  /** Minimum share of the best candidate's score; lower ones are mentioned in passing. */
  shareOfBest: 0.45,
  /** An edge score below this is ignored even when the text fits. */
  edges: 0.05,
  /** The edge score from which a candidate without support of the text may be taken. */
  edgesAlone: 0.5,
  /** Higher scores add no confidence. */
  strongEdges: 1,
  strongText: 6,
  /** How many of the best candidates may be taken without support of the text. */
  bestWithoutText: 3,
  max: 6,
};

/** The weight of a relation when a tool states the requirement. */
const RELATION_WEIGHT: Record<Relation, number> = {
  equal: 1,
  subset: 0.8,
  superset: 0.5,
  intersects: 0.35,
};

/** Requirements → controls. A requirement with many controls adds little for each of them. */
export function candidatesFrom(
  catalogue: Catalogue,
  stated: readonly StatedRequirement[],
  text: readonly KeywordMatch[],
): Candidate[] {
  const words = new Map(text.map((match) => [match.controlId, match]));
  const found = new Map<string, { score: number; edges: StatedRequirement[] }>();
  for (const edge of stated) {
    const controls = catalogue.requirement(edge.framework, edge.requirement)?.controls ?? [];
    for (const { controlId, relation } of controls) {
      const candidate = found.get(controlId) ?? { score: 0, edges: [] };
      candidate.score += RELATION_WEIGHT[relation] / controls.length;
      candidate.edges.push(edge);
      found.set(controlId, candidate);
    }
  }
  return [...found].map(([controlId, { score, edges }]) => ({
    controlId,
    edgeScore: Math.round(score * 1000) / 1000,
    edges,
    frameworks: new Set(edges.map(({ framework }) => framework)).size,
    text: words.get(controlId) ?? null,
  }));
}

/**
 * Takes the candidates that the check's text supports. Only where the text matches no control at all: the
 * best of those whose domain lists the check's service and that two frameworks lead to.
 */
export function takeSupported(
  candidates: readonly Candidate[],
  { domainLists, silent }: { domainLists: (controlId: string) => boolean; silent: boolean },
): Candidate[] {
  const textOf = ({ text }: Candidate): number => text?.score ?? 0;
  const best = Math.max(0, ...candidates.map(textOf));
  const minScore = Math.max(SUPPORT.text, best * SUPPORT.shareOfBest);
  const worded = candidates
    .filter((each) => textOf(each) >= minScore && each.edgeScore >= SUPPORT.edges)
    .sort((a, b) => rank(b) - rank(a) || byId(a, b));
  if (worded.length > 0 || !silent) return worded.slice(0, SUPPORT.max);
  return candidates
    .filter(({ frameworks, edgeScore }) => frameworks >= 2 && edgeScore >= SUPPORT.edgesAlone)
    .filter(({ controlId }) => domainLists(controlId))
    .sort((a, b) => b.edgeScore - a.edgeScore || byId(a, b))
    .slice(0, SUPPORT.bestWithoutText)
    .map((each) => ({ ...each, text: null }));
}

function rank({ edgeScore, text }: Candidate): number {
  return Math.min(1, edgeScore / SUPPORT.strongEdges) + (text?.score ?? 0) / SUPPORT.strongText;
}

function byId(a: Candidate, b: Candidate): number {
  return a.controlId < b.controlId ? -1 : 1;
}
