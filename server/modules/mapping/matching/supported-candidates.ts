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
  /** What the check's own text says for it; null when that did not decide. */
  text: KeywordMatch | null;
}

/** Units: keyword score, edge score. Chosen by reading the matches of real checks. */
export const SUPPORT = {
  /** The keyword score from which text supports a candidate. */
  text: 2.2,
  /** And not much less than the best candidate's: the rest is what the text mentions in passing. */
  shareOfBest: 0.45,
  /** An edge score below this says nothing even when the text fits. */
  edges: 0.05,
  /** The edge score from which a candidate without support of the text may be taken. */
  edgesAlone: 0.5,
  /** From here on more adds no confidence. */
  strongEdges: 1,
  strongText: 6,
  /** Candidates without support of the text are taken only from so many best. */
  bestWithoutText: 3,
  most: 6,
};

/** What a relation says about a control when a tool states the requirement. */
const RELATION_WEIGHT: Record<Relation, number> = {
  equal: 1,
  subset: 0.8,
  superset: 0.5,
  intersects: 0.35,
};

/** Requirements → controls. A requirement with many controls says little about each of them. */
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
 * Takes a candidate when the check's own words support it. Only where the words are silent, also
 * about controls that are no candidates: when its domain lists the check's service and two frameworks
 * lead to it, if it is among the best such.
 */
export function takeSupported(
  candidates: readonly Candidate[],
  { domainLists, silent }: { domainLists: (controlId: string) => boolean; silent: boolean },
): Candidate[] {
  const textOf = ({ text }: Candidate): number => text?.score ?? 0;
  const best = Math.max(0, ...candidates.map(textOf));
  const least = Math.max(SUPPORT.text, best * SUPPORT.shareOfBest);
  const worded = candidates
    .filter((each) => textOf(each) >= least && each.edgeScore >= SUPPORT.edges)
    .sort((a, b) => rank(b) - rank(a) || byId(a, b));
  if (worded.length > 0 || !silent) return worded.slice(0, SUPPORT.most);
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
