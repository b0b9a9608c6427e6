import type { MatchReason, Relation } from '../../../../contract/compliance.js';
import type { KeywordMatch } from './keyword-index.js';
import { RELATION_STRENGTH } from './requirement-projection.js';
import type { TopicMatch } from './topic-index.js';

/** A control that a text seems to be about. */
export interface TextMatch {
  controlId: string;
  /** 0–1: how well the text fits, relative to the best match of this text. */
  strength: number;
  /** The score of the topic or keywords. */
  score: number;
  relation: Relation;
  /** See `MatchReason`. */
  finds?: true;
  /** The topic that the text seems to test; null when only the control's keywords matched. */
  tests: string | null;
  tokens: MatchReason['tokens'];
}

/** Tuned on the half of `bench/mapping-findings.jsonl` that is not reported. */
export const TEXT = {
  /** The score from which a topic counts: about two common words in the title. */
  topic: 1.5,
  /** Topics below this share of the best score are side matters. */
  shareOfBest: 0.75,
  topics: 2,
  /** The score from which keywords of a control count without any topic. */
  keywords: 2.5,
  /** The score from which keywords add a control beside a topic. */
  keywordsBeside: 5,
  keywordShareOfBest: 0.7,
  max: 8,
};

/** Controls for a text: those of its topics, and those with clearly matching keywords. */
export function matchesOf(
  topics: readonly TopicMatch[],
  keywords: readonly KeywordMatch[],
): TextMatch[] {
  const found = new Map<string, TextMatch>();
  const keep = (match: TextMatch) => {
    const known = found.get(match.controlId);
    if (!known || known.strength < match.strength) found.set(match.controlId, match);
  };
  const best = topics[0]?.score ?? 0;
  const minScore = Math.max(TEXT.topic, best * TEXT.shareOfBest);
  const strongTopics = topics.filter(({ score }) => score >= minScore).slice(0, TEXT.topics);
  for (const { topic, score, tokens } of strongTopics) {
    for (const { controlId, relation, finds } of topic.edges) {
      const strength = (score / best) * RELATION_STRENGTH[relation];
      const how = { relation, ...(finds && { finds }) };
      keep({ controlId, strength, score, ...how, tests: topic.tests, tokens });
    }
  }
  const bestWords = keywords[0]?.score ?? 0;
  const minKeywordScore = Math.max(
    strongTopics.length > 0 ? TEXT.keywordsBeside : TEXT.keywords,
    bestWords * TEXT.keywordShareOfBest,
  );
  for (const { controlId, score, tokens } of keywords.filter(
    ({ score }) => score >= minKeywordScore,
  )) {
    const strength = strongTopics.length > 0 ? 0.6 : score / bestWords;
    keep({ controlId, strength, score, relation: 'intersects', tests: null, tokens });
  }
  // The sort is stable: equal matches stay in the order of their topic.
  return [...found.values()].sort((a, b) => b.strength - a.strength).slice(0, TEXT.max);
}
