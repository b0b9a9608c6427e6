import type { DomainChoice } from './domain-fallback.js';
import type { MatchedToken } from './keyword-index.js';
import type { Candidate } from './supported-candidates.js';

/** Why a check counts for a control, one sentence each. */
export const sentences = {
  curated: (): string => 'People assigned this check to the control.',

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

  worded: (tokens: readonly MatchedToken[]): string =>
    `The check's text says ${quoted(tokens)}; no requirement that the tool states leads here.`,

  domain(name: string, service: string, because: DomainChoice['because']): string {
    if (because === 'service') return `Only the domain is known: ${service} belongs to ${name}.`;
    if (because === 'text') return `Only the domain is known: the text fits ${name} best.`;
    return `Nothing in the check says what it is about; it is kept under ${name}.`;
  },
};

function quoted(tokens: readonly MatchedToken[]): string {
  return tokens
    .slice(0, 3)
    .map(({ keyword, field }) => `“${keyword}” (${FIELD_NAMES[field] ?? field})`)
    .join(', ');
}

const FIELD_NAMES: Record<string, string> = { resourceType: 'resource type' };
