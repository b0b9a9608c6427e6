import type { ReaderContext } from '../../readers/format.js';
import type { TopKeys } from '../../readers/json-keys.js';
import { type Entry, entriesIn, placed } from '../../readers/list-entries.js';
import {
  type JsonReportReader,
  noFacts,
  noteHidden,
  type Reading,
} from '../../readers/report-reader.js';
import { createGenericBuilder, type GenericResult } from '../../rows/generic-row.js';
import { firstIssue, PLAIN } from '../../rows/lenient.js';
import type { ReportFacts } from '../../rows/report.js';
import { accountOf, noteRun } from './sarif-coverage.js';
import { createFileFinder } from './sarif-files.js';
import { createPartsFinder } from './sarif-identity.js';
import { createRuleFinder, type FoundRule, severityOf, verdictOf } from './sarif-rules.js';
import { Log, Result, type Rule, Run } from './sarif-schema.js';

/** The lists that a broken report is cut back to, see `parseDocument`. */
export const SARIF_LISTS = ['{[', '{[{['] as const;

/** The check of results without a rule, which the standard allows. */
const NO_RULE = 'no-rule';

/** True for the beginning of a SARIF log. */
export function isSarif({ list, has, textOf }: TopKeys): boolean {
  return !list && (has('runs') || /sarif/i.test(textOf('$schema')));
}

/** Reads a complete log of any tool. */
export function createSarifReader({ toolNamed }: ReaderContext): JsonReportReader {
  const facts: ReportFacts & { executed: number } = { ...noFacts(), executed: 0 };
  function* read(value: unknown): Iterable<Reading> {
    const parsed = Log.safeParse(value, PLAIN);
    if (!parsed.success) {
      yield { rejected: firstIssue(parsed.error) };
      return;
    }
    for (const entry of entriesIn(parsed.data.runs, 'runs')) {
      if ('rejected' in entry) yield entry;
      else yield* readingsOf(entry);
    }
    for (const entry of entriesIn(
      parsed.data.inlineExternalProperties,
      'inlineExternalProperties',
    )) {
      if ('rejected' in entry) yield entry;
      else yield* unreadResults(entry.value.results);
    }
  }

  function* readingsOf({ value, at }: Entry): Iterable<Reading> {
    const run = Run.parse(value);
    const results = Array.isArray(run.results) ? run.results : [];
    const { name = '', organization = '', semanticVersion, version } = run.tool?.driver ?? {};
    const tool = toolNamed(name, {
      organization,
      semanticVersion: semanticVersion || version || '',
    });
    const build = createGenericBuilder(tool);
    const fileOf = createFileFinder(run);
    noteRun(run, { tool, fileOf }, facts);
    const ruleOf = createRuleFinder(run);
    const parts = {
      run,
      tool,
      fileOf,
      partsOf: createPartsFinder(results),
    };
    for (const entry of entriesIn(run.results, `${at}.results`)) {
      if ('rejected' in entry) {
        yield entry;
        continue;
      }
      const result = Result.parse(entry.value);
      // Not a result of this run.
      if (result.baselineState === 'absent') {
        yield { unread: 'results that only the baseline has', count: 1 };
      } else {
        yield placed(build(rowOf(result, ruleOf(result), parts)), entry.at);
        const further = (result.locations?.length ?? 0) - 1;
        if (further > 0) yield { unread: 'further places of a result', count: further };
      }
    }
    for (const { itemCount } of run.externalPropertyFileReferences.results ?? []) {
      yield { unread: 'results in other files', count: Math.max(1, itemCount ?? 1) };
    }
  }

  function* unreadResults(results: unknown): Iterable<Reading> {
    const count = Array.isArray(results) ? results.length : 0;
    if (count === 0) return;
    // Nothing says whose they are.
    noteHidden(facts, { what: 'the log', why: 'it has results outside of a run', part: {} });
    yield { unread: 'results outside of a run', count };
  }

  return { read, facts: () => facts };
}

/** What all results of a run have in common. */
interface RunParts {
  run: Run;
  tool: string;
  fileOf: ReturnType<typeof createFileFinder>;
  partsOf: ReturnType<typeof createPartsFinder>;
}

function rowOf(
  result: Result,
  found: FoundRule,
  { run, tool, fileOf, partsOf }: RunParts,
): GenericResult {
  const { rule } = found;
  // Including parts after `/`, to distinguish sub-rules.
  const ruleId = result.ruleId || result.rule.id || rule?.id || NO_RULE;
  const driver = run.tool?.driver;
  const { severity, raw } = severityOf(result, found);
  const location = result.locations?.[0];
  const file = fileOf(result);
  const line = location?.physicalLocation.region.startLine;
  const message = messageOf(result, rule);
  const title =
    rule?.shortDescription.text || rule?.name || rule?.fullDescription.text.split('\n')[0];
  return {
    checkId: `${tool}:${ruleId}`,
    title: title || (ruleId === NO_RULE ? 'Results without a rule' : ruleId),
    description: rule?.fullDescription.text ?? '',
    remediation: rule?.help.text ?? '',
    remediationUrl: rule?.helpUri ?? '',
    service: driver?.name ?? '',
    resourceType: 'file',
    categories: [...(rule?.properties.tags ?? []), ...(rule?.properties.cwe ?? [])],
    ...verdictOf(result),
    severity,
    rawSeverity: raw,
    provider: 'code',
    accountId: accountOf(run),
    uid: file.name || location?.logicalLocations?.[0]?.fullyQualifiedName || tool,
    ...(file.former !== file.name && { formerUid: file.former }),
    ...partsOf(result),
    observed: [line && file.name ? `${file.name} line ${line}` : file.name, message]
      .filter(Boolean)
      .join(': '),
    times: [run.invocations?.[0]?.endTimeUtc],
    nativeUid: result.guid,
    toolVersion: driver?.semanticVersion || driver?.version,
    ...(file.name === ''
      ? {}
      : { details: { code: { file: file.name, line: line ?? null, match: null } } }),
  };
}

/** The message's text, or the rule's text by its id, with placeholders such as `{0}` replaced. */
function messageOf({ message }: Result, rule: Rule | null): string {
  const template = message.text || rule?.messageStrings?.[message.id]?.text || message.markdown;
  return template.replace(
    /\{(\d{1,2})\}/g,
    (whole, index: string) => message.arguments?.[Number(index)] ?? whole,
  );
}
