import { fingerprintOf } from '../../rows/row-texts.js';
import { Result } from './sarif-schema.js';

/** Words that tools write in place of a fingerprint, as Semgrep does without a login. */
const PLACEHOLDER =
  /\s|^(?:0+|x+|-+|none|null|nil|n\/?a|unknown|undefined|todo|tbd|placeholder|dummy|default|empty|not[_-]?available|requires?[_-]?login|login[_-]?required)$/i;
/** Results to compare before a fingerprint that never varies counts as a placeholder. */
const ENOUGH = 50;

/** What tells a result from others of its rule in its file. */
export interface ResultParts {
  subObject: string;
  hint: string;
}

/**
 * Fingerprints first, then the content; never the line, which moves. A print that results with different
 * content share is none: neither here nor anywhere else in the run.
 */
export function createPartsFinder(results: readonly unknown[]): (result: Result) => ResultParts {
  const constant = constantPrints(results);
  const printsOf = (prints: Result['fingerprints']) =>
    Object.entries(prints ?? {})
      .filter(([name, value]) => !PLACEHOLDER.test(value) && value !== '' && !constant.has(name))
      .sort();
  return (result) => {
    const content = contentOf(result);
    const message = fingerprintOf(wordsOf(result));
    for (const prints of [result.fingerprints, result.partialFingerprints]) {
      const entries = printsOf(prints);
      if (entries.length > 0) {
        return { subObject: fingerprintOf(JSON.stringify(entries)), hint: content || message };
      }
    }
    const logical = result.locations?.[0]?.logicalLocations?.[0];
    const name = logical?.fullyQualifiedName || logical?.name || '';
    // Trivy and others give no more than this to tell the packages of one file apart.
    const named = /^Package: (\S{1,200})$/m.exec(result.message.text)?.[1] ?? '';
    return {
      subObject: [name, named, content].filter((part) => part !== '').join('#'),
      hint: message,
    };
  };
}

function contentOf({ locations }: Result): string {
  const { region, contextRegion } = locations?.[0]?.physicalLocation ?? {};
  return fingerprintOf(region?.snippet.text || contextRegion?.snippet.text || '');
}

/** The message without its numbers, of which lines may be some. */
const wordsOf = ({ message }: Result) =>
  [message.text || message.id, ...(message.arguments ?? [])].join(' ').replace(/\d+/g, '#');

/** Names of prints that have one value for results of several rules, files or contents. */
function constantPrints(results: readonly unknown[]): Set<string> {
  const seen = new Map<string, { value: string; about: string; isConstant: boolean | null }>();
  let looked = 0;
  for (const given of results) {
    if (++looked > ENOUGH && [...seen.values()].every(({ isConstant }) => isConstant === false))
      break;
    // One after another, so that memory does not hold all of them twice.
    const result = Result.parse(given);
    const uri = result.locations?.[0]?.physicalLocation.artifactLocation.uri ?? '';
    const about = [result.ruleId, uri, contentOf(result)].join('\0');
    const prints = { ...result.partialFingerprints, ...result.fingerprints };
    for (const [name, value] of Object.entries(prints)) {
      const first = seen.get(name);
      if (!first) seen.set(name, { value, about, isConstant: null });
      else if (first.value !== value) first.isConstant = false;
      else if (first.about !== about) first.isConstant ??= true;
    }
  }
  return new Set([...seen].filter(([, { isConstant }]) => isConstant).map(([name]) => name));
}
