import type { Verdict } from '../../../../contract/verdict.js';
import type { TopKeys } from '../../readers/json-keys.js';
import { entriesIn, isObject, placed, unknownLists } from '../../readers/list-entries.js';
import {
  type JsonReportReader,
  noFacts,
  noteHidden,
  type Reading,
  type Rejected,
} from '../../readers/report-reader.js';
import { accountOfRepository } from '../../rows/artifact-name.js';
import { createGenericBuilder, placeOf } from '../../rows/generic-row.js';
import { firstIssue, PLAIN } from '../../rows/lenient.js';
import type { ReportFacts } from '../../rows/report.js';
import { whole } from '../../rows/row-texts.js';
import { folderName } from '../../rows/scanned-thing.js';
import type { ShownResults } from '../../rows/shown-results.rules.js';
import { worstOf } from '../../rows/stated-verdicts.js';
import { fileOf, rootOf, rowOf } from './checkov-rows.js';
import { Framework, Result } from './checkov-schema.js';

/** The lists that a broken report is cut back to, see `parseDocument`. */
export const CHECKOV_LISTS = ['{{[', '[{{[', '['] as const;

/** True for the beginning of a Checkov report. */
export function isCheckovJson({ has }: TopKeys): boolean {
  if (has('check_type')) return has('results') || has('summary');
  return has('checkov_version') && has('parsing_errors');
}

const LISTS = [
  ['passed_checks', 'pass'],
  ['failed_checks', 'fail'],
  ['skipped_checks', 'muted'],
  ['unknown_checks', 'not_evaluated'],
] as const;
const KNOWN = new Set<string>([...LISTS.map(([name]) => name), 'parsing_errors']);

/** A relative path alone would be a result of another place than in the whole report. */
const UNKNOWN_FOLDER = 'the scanned folder is stated behind the place where the report breaks';

const VERDICT: Readonly<Record<string, Verdict>> = {
  PASSED: 'pass',
  FAILED: 'fail',
  SKIPPED: 'muted',
};

/** Reads a complete report: one framework, or a list of frameworks. */
export function createCheckovReader(): JsonReportReader {
  const build = createGenericBuilder('checkov');
  const facts: ReportFacts & { executed: number } = { ...noFacts(), executed: 0 };
  const seen = { checks: new Set<string>(), files: new Set<string>(), broken: new Set<string>() };
  /**
   * Passes are reported too, so every scanned file is named. A report proves nothing about other files
   * (`--file`, `--skip-path`), files that Checkov could not parse, and checks that it does not name
   * (`--check`, `--skip-check`).
   */
  const shown: ShownResults = { by: 'files', ...seen };
  /** By root, which most frameworks state; some only state a relative path. */
  const places = new Map<string, ReportFacts['places'][number]>();

  function* read(value: unknown, isWhole = true): Iterable<Reading> {
    const given = Array.isArray(value) ? value : [value];
    const frameworks: { framework: Framework; at: string; given: unknown }[] = [];
    for (const [n, one] of given.entries()) {
      const at = Array.isArray(value) ? `[${n}].` : '';
      const parsed = Framework.safeParse(one, PLAIN);
      if (parsed.success) frameworks.push({ framework: parsed.data, at, given: one });
      else yield { rejected: firstIssue(parsed.error), ...(at !== '' && { at: `[${n}]` }) };
    }
    const fallback = firstRoot(frameworks.map(({ framework }) => framework));
    for (const { framework, at, given: one } of frameworks) {
      const { check_type: type, summary } = framework;
      facts.toolVersion ??= summary.checkov_version || framework.checkov_version || null;
      facts.executed += summary.resource_count ?? 0;
      for (const path of framework.results.parsing_errors) {
        const file = fileIn(path, fallback);
        seen.broken.add(file);
        const why = `Checkov could not parse it (${type})`;
        noteHidden(facts, { what: file, why, part: { tool: 'checkov', name: file } });
      }
      const { results } = one as { results?: unknown };
      if (isObject(results)) yield* unknownLists(results, KNOWN);
      const named = framework.results.failed_checks;
      const unnamed = (summary.failed ?? 0) - (Array.isArray(named) ? named.length : 0);
      if (unnamed > 0) {
        yield { unread: 'failed checks that the report only counts', count: unnamed };
      }
      for (const entry of resultsOf(framework)) {
        if ('rejected' in entry) {
          yield { ...entry, at: `${at}${entry.at}` };
          continue;
        }
        const { result, verdict, contradiction } = entry;
        const root = rootOf(result) ?? fallback;
        const where = { type, root, repository: repositoryOf(framework) };
        if (!isWhole && root === '' && where.repository === '') {
          yield { rejected: UNKNOWN_FOLDER, at: `${at}${entry.at}` };
          continue;
        }
        const row = rowOf(result, verdict, { ...where, toolVersion: facts.toolVersion });
        const reading = build({ ...row, ...(contradiction !== undefined && { contradiction }) });
        if ('row' in reading) note(reading.row.check.id, fileOf(result), where);
        yield placed(reading, `${at}${entry.at}`);
      }
    }
  }

  function note(
    checkId: string,
    file: string,
    { root, repository }: { root: string; repository: string },
  ): void {
    seen.checks.add(checkId);
    seen.files.add(file);
    const account = repository || root;
    if (places.has(account)) return;
    const place = placeOf('checkov', 'filesystem', account);
    const aliases = repository !== '' && root !== '' && { accountAliases: [whole(root)] };
    places.set(account, place);
    facts.places.push({ ...place, ...aliases, shown });
  }

  return { read, facts: () => facts };
}

function* resultsOf({
  results,
}: Framework): Iterable<
  { result: Result; verdict: Verdict; contradiction?: string; at: string } | Rejected
> {
  for (const [name, verdict] of LISTS) {
    for (const entry of entriesIn(results[name], `results.${name}`)) {
      if ('rejected' in entry) {
        yield entry;
        continue;
      }
      const result = Result.parse(entry.value);
      const { result: word } = result.check_result;
      const { at } = entry;
      const inList = { by: 'the list', word: name, means: verdict };
      const means = VERDICT[word.toUpperCase()] ?? 'not_evaluated';
      const own = { by: 'check_result.result', word, means };
      const stated = worstOf(word === '' ? [inList] : [inList, own], verdict);
      yield { result, verdict: stated.means, contradiction: stated.contradiction, at };
    }
  }
}

function firstRoot(frameworks: readonly Framework[]): string {
  for (const framework of frameworks) {
    for (const entry of resultsOf(framework)) {
      const root = 'result' in entry ? rootOf(entry.result) : null;
      if (root !== null) return root;
    }
  }
  return '';
}

/** As the run states it: an address as in other reports, else its id, else the name of its folder. */
function repositoryOf({ repo_id: id, repo_url: url, repo_path: path }: Framework): string {
  const address = [url, id].find((name) => /^(?:[a-z][\w+.-]*:\/\/|[\w.-]+@[\w.-]+:)/i.test(name));
  if (address) return accountOfRepository(address, '');
  return id || (folderName(path) ?? '');
}

/** The path within the scanned folder, as in results. */
function fileIn(path: string, root: string): string {
  const plain = path.replaceAll('\\', '/');
  const inside = root !== '' && plain.startsWith(`${root}/`) ? plain.slice(root.length) : plain;
  return inside.replace(/^(?:\.?\/)+/, '');
}
