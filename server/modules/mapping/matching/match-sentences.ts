import type { CuratedEdge } from './curated-mapping.js';
import type { DomainChoice } from './domain-fallback.js';
import type { MatchedToken } from './keyword-index.js';
import type { Candidate } from './supported-candidates.js';

/** Why a check counts for a control, one sentence each. */
export const sentences = {
  team: (review: { actor: string; at: string; reason: string } | undefined): string =>
    review === undefined
      ? 'A person of the team assigned this check to the control.'
      : `Accepted by ${review.actor} on ${review.at.slice(0, 10)}: ${review.reason}`,

  curated: ({ topic, because }: CuratedEdge): string =>
    topic === null ? `${capital(because)}.` : `It tests ${topic.tests}: ${because}.`,

  stated(candidate: Candidate, service: string): string {
    const [first, ...more] = candidate.edges;
    const named = first === undefined ? '' : `${first.framework} ${first.requirement}`;
    const others = more.length === 0 ? '' : ` and ${more.length} more`;
    const support =
      candidate.text === null
        ? `the service ${service} belongs to its domain`
        : `its text says ${quoted(candidate.text.tokens)}`;
    return `The tool states ${named}${others}, which the control serves, and ${support}.`;
  },

  worded(tests: string | null, tokens: readonly MatchedToken[]): string {
    const evidence = `The check's text says ${quoted(tokens)}`;
    return tests === null
      ? `${evidence}; no rule and no requirement that the tool states leads here.`
      : `${evidence}, so it seems to test ${tests}; no rule says so.`;
  },

  domain(name: string, service: string, because: DomainChoice['because']): string {
    if (because === 'service') return `Only the domain is known: ${service} belongs to ${name}.`;
    if (because === 'text') return `Only the domain is known: the text fits ${name} best.`;
    return `Nothing in the check says what it is about; it is kept under ${name}.`;
  },
};

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

function quoted(tokens: readonly MatchedToken[]): string {
  return tokens
    .slice(0, 3)
    .map(({ keyword, field }) => `“${keyword}” (${FIELD_NAMES[field] ?? field})`)
    .join(', ');
}

const FIELD_NAMES: Record<string, string> = { resourceType: 'resource type', id: 'check id' };
