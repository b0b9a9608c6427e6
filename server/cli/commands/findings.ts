import { stat } from 'node:fs/promises';
import { type Command, InvalidArgumentError, Option } from 'commander';
import {
  EXPORT_FORMATS,
  exportFindings,
  listFindingGroups,
} from '../../../contract/finding-groups.js';
import {
  type Finding,
  type FindingFilter,
  listFindings as findingsPage,
  getFinding,
  triageFinding,
} from '../../../contract/security-scans.js';
import { InvalidInputError } from '../../platform/errors.js';
import { addFilterOptions, type FilterOptions, filterFrom } from '../findings/filter-options.js';
import { findingJson, wholeFindingJson } from '../findings/finding-json.js';
import { instantOf } from '../instant-of.js';
import { findingLines, findingsTable } from '../output/finding-tables.js';
import { bold, count, cyan, dim } from '../output/style.js';
import { writeFileAnswer } from '../output/write-file-answer.js';
import type { Api } from '../remote/api.js';
import { withApi } from '../remote/with-api.js';
import type { Shell } from '../shell.js';
import { fitted, usageError } from '../usage-error.js';

type Json = { json?: boolean };
const JSON_OPTION = ['--json', 'print one JSON document'] as const;
/** As many as the API gives at once. */
const PAGE = 200;
/** Findings of a table; JSON has all. */
const SHOWN = 50;
const TRIAGES = ['suppressed', 'accepted', 'false_positive'] as const;
/** As in the web app. */
const TRIAGE_DAYS = 90;

export function addFindings(findings: Command, shell: Shell): void {
  const list = findings
    .command('list', { isDefault: true })
    .description('list findings, worst first (“cspm findings” alone does the same)');
  addFilterOptions(list, 'open, with --json all')
    .option('--limit <number>', `how many (default: ${SHOWN}, with --json all)`, wholeNumber)
    .option('--cursor <cursor>', 'nextCursor of the previous page, with the same filters')
    .option(...JSON_OPTION)
    .action((options: ListOptions) => listFindings(shell, options));
  findings
    .command('show <id>')
    .description('show a finding with its check')
    .option(...JSON_OPTION)
    .action((id: string, { json }: Json) =>
      withFindings(shell, async (api) => {
        const finding = await api.call(getFinding, { params: { findingId: id } });
        if (json) shell.printJson(wholeFindingJson(finding));
        else shell.print(findingLines(finding, shell.width));
      }),
    );
  addTriage(findings, shell);
  addExport(findings, shell);
}

interface ListOptions extends FilterOptions, Json {
  limit?: number;
  cursor?: string;
}

function listFindings(shell: Shell, options: ListOptions): Promise<void> {
  // A script reads the status of each; a person wants what is left to do.
  const status = options.status ?? (options.json && !options.control ? ['all'] : undefined);
  const filter = filterFrom({ ...options, status });
  return withFindings(shell, async (api) => {
    const { json, limit = json ? Number.POSITIVE_INFINITY : SHOWN, cursor } = options;
    const pages = pagesOf(api, filter, { limit, cursor });
    if (json) return printItems(shell, pages);
    const items: Finding[] = [];
    let next: string | null = null;
    for await (const page of pages) {
      items.push(...page.items);
      next = page.nextCursor;
    }
    if (items.length === 0) return shell.print('No finding matches.');
    shell.print(findingsTable(items, shell.width));
    if (!next) return shell.print(dim(count(items.length, 'finding')));
    const { totalFindings } = await api.call(listFindingGroups, {
      query: { ...filter, limit: 1 },
    });
    shell.print(
      dim(`${items.length} of ${count(totalFindings, 'finding')}; more: --cursor ${next}`),
    );
  });
}

/** Pages up to the limit. */
async function* pagesOf(
  api: Api,
  filter: FindingFilter,
  { limit, cursor }: { limit: number; cursor?: string },
) {
  let left = limit;
  let after = cursor;
  do {
    const page = await api.call(findingsPage, {
      query: { ...filter, limit: Math.min(PAGE, left), cursor: after },
    });
    left -= page.items.length;
    after = page.nextCursor ?? undefined;
    yield page;
  } while (after !== undefined && left > 0);
}

/** One JSON document, written page by page: memory does not grow with the number of findings. */
async function printItems(shell: Shell, pages: ReturnType<typeof pagesOf>): Promise<void> {
  let before = '{"items":[';
  let next: string | null = null;
  for await (const { items, nextCursor } of pages) {
    for (const item of items) {
      await shell.write(`${before}\n${JSON.stringify(findingJson(item))}`);
      before = ',';
    }
    next = nextCursor;
  }
  if (before !== ',') await shell.write(before);
  await shell.write(`\n],"nextCursor":${JSON.stringify(next)}}\n`);
}

interface TriageOptions extends Json {
  as?: (typeof TRIAGES)[number];
  reason?: string;
  until?: string;
  reopen?: boolean;
}

function addTriage(findings: Command, shell: Shell): void {
  findings
    .command('triage <id>')
    .description('suppress or accept a finding, mark it as a false positive, or reopen it')
    .addOption(new Option('--as <decision>', 'the decision').choices(TRIAGES))
    .option('--reason <text>', 'the reason, for the auditor')
    .option(
      '--until <date>',
      `when it ends, within a year: 2026-12-31 (end of day, UTC) or an ISO 8601 time (default: in ${TRIAGE_DAYS} days)`,
    )
    .option('--reopen', 'withdraw the decision; the finding is open again')
    .option(...JSON_OPTION)
    .action((id: string, options: TriageOptions) => {
      const body = decisionFrom(options);
      return withFindings(shell, async (api) => {
        const finding = await api.call(triageFinding, { params: { findingId: id }, body });
        if (options.json) return shell.printJson(wholeFindingJson(finding));
        const until = finding.triage?.expiresAt;
        const decision = finding.status.replace('_', ' ');
        shell.print(
          `${cyan(finding.id)} ${bold(finding.title)}: ${decision}${until ? ` until ${until}` : ''}`,
        );
      });
    });
}

function decisionFrom({ as, reason, until, reopen }: TriageOptions) {
  const body = triageFinding.body as NonNullable<typeof triageFinding.body>;
  if (reopen) {
    if (as || reason || until) throw usageError('--reopen cannot be combined with a decision');
    return fitted(body, { status: 'open' });
  }
  if (!as || !reason) throw usageError('--as and --reason are required, or --reopen');
  const end = new Date(Date.now() + TRIAGE_DAYS * 86_400_000).toISOString();
  const expiresAt = until === undefined ? end : instantOf('until', until, 'T23:59:59.000Z');
  return fitted(body, { status: as, reason, expiresAt });
}

interface ExportOptions extends FilterOptions, Json {
  format?: 'csv' | 'xlsx';
}

function addExport(findings: Command, shell: Shell): void {
  const command = findings
    .command('export [file]')
    .description(
      'export findings to a new .csv or .xlsx file, or CSV to standard output; text that a spreadsheet would read as a formula begins with an apostrophe',
    )
    .addOption(
      new Option('--format <format>', 'default: by the file’s name, else CSV').choices(
        EXPORT_FORMATS,
      ),
    );
  addFilterOptions(command)
    .option('--json', 'print the file’s name and size as JSON')
    .action((file: string | undefined, options: ExportOptions) => {
      const format = options.format ?? formatOf(file);
      const filter = filterFrom(options);
      if (options.json && file === undefined) throw usageError('--json needs a file');
      return withFindings(shell, async (api) => {
        const answer = await api.download(exportFindings, { query: { ...filter, format } });
        await writeFileAnswer(shell, answer, file);
        const { leftOut = 0 } = answer;
        if (leftOut > 0) {
          shell.note(`${leftOut} findings are left out: filter them, or export CSV`);
        }
        if (file === undefined) return;
        const { size: bytes } = await stat(shell.io.path(file));
        if (options.json) shell.printJson({ file, format, bytes, ...(leftOut > 0 && { leftOut }) });
        else shell.print(`${file}: ${bytes} bytes`);
      });
    });
}

function formatOf(file: string | undefined): 'csv' | 'xlsx' {
  if (file === undefined) return 'csv';
  const named = /\.(csv|xlsx)$/i.exec(file)?.[1]?.toLowerCase();
  if (named === 'csv' || named === 'xlsx') return named;
  throw usageError('the file must end with .csv or .xlsx, or name a --format');
}

function withFindings(shell: Shell, work: (api: Api) => Promise<void>): Promise<void> {
  return withApi(shell, work).catch((error: unknown) => {
    if (!(error instanceof InvalidInputError) || error.details.usage) throw error;
    // The services name fields of requests.
    const named = error.message
      .replace(/^body\.expiresAt/, '--until')
      .replace(/^query\.change: needs importId or scanId/, '--change: needs --import or --scan');
    throw usageError(named, error);
  });
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1) return value;
  throw new InvalidArgumentError('give a whole number from 1');
}
