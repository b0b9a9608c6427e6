import type { Finding, FindingFilter } from '../../../../contract/security-scans.js';
import type { Actor } from '../../../platform/auth/actor.js';
import type { FileAnswer } from '../../../platform/http/file-answer.js';
import { writeCsv } from '../../../platform/tables/write-csv.js';
import { workbookText, writeWorkbook } from '../../../platform/tables/write-workbook.js';
import type { FindingsService } from './findings.service.js';

const PAGE = 1_000;
/** A workbook is written in memory. */
const MAX_WORKBOOK_ROWS = 20_000;
const MAX_WIDTH = 60;

const COLUMNS: readonly [title: string, width: number, of: (finding: Finding) => string][] = [
  ['id', 30, ({ id }) => id],
  ['status', 14, ({ status }) => status],
  ['severity', 14, ({ severity }) => severity],
  ['tool', 14, ({ tool }) => tool],
  ['check_id', 36, ({ checkId }) => checkId],
  ['title', MAX_WIDTH, ({ title }) => title],
  ['resource_uid', MAX_WIDTH, ({ resourceUid }) => resourceUid],
  ['resource_name', 30, ({ resourceName }) => resourceName],
  ['resource_type', 20, ({ resourceType }) => resourceType],
  ['provider', 12, ({ provider }) => provider],
  ['account', 24, ({ accountId }) => accountId],
  ['account_name', 20, ({ accountName }) => accountName],
  ['region', 14, ({ region }) => region],
  ['service', 14, ({ service }) => service],
  ['stale', 8, ({ staleSince }) => (staleSince ? 'yes' : 'no')],
  ['first_seen_at', 26, ({ firstSeenAt }) => firstSeenAt],
  ['last_seen_at', 26, ({ lastSeenAt }) => lastSeenAt],
  ['resolved_at', 26, ({ resolvedAt }) => resolvedAt ?? ''],
  ['observed', MAX_WIDTH, ({ observed }) => observed],
  ['triage_reason', 40, ({ triage }) => triage?.reason ?? ''],
  ['triage_by', 20, ({ triage }) => triage?.actor ?? ''],
  ['triage_until', 26, ({ triage }) => triage?.expiresAt ?? ''],
];

/** Findings as files. */
export class FindingExportService {
  constructor(
    private readonly deps: { findings: Pick<FindingsService, 'pages'>; maxWorkbookRows?: number },
  ) {}

  async export(actor: Actor, filter: FindingFilter, format: 'csv' | 'xlsx'): Promise<FileAnswer> {
    const pages = await this.deps.findings.pages(actor, filter, PAGE);
    if (format === 'csv') {
      const contentType = 'text/csv; charset=utf-8';
      return { fileName: 'findings.csv', contentType, content: csvOf(pages) };
    }
    const { maxWorkbookRows = MAX_WORKBOOK_ROWS } = this.deps;
    const { bytes, leftOut } = await workbookOf(pages, maxWorkbookRows);
    return {
      ...(leftOut > 0 && { leftOut }),
      fileName: 'findings.xlsx',
      contentType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
      content: (async function* () {
        yield bytes;
      })(),
    };
  }
}

const rowOf = (finding: Finding) => COLUMNS.map(([, , of]) => of(finding));
const TITLES = COLUMNS.map(([title]) => title);

async function* csvOf(pages: AsyncIterable<Finding[]>): AsyncIterable<string> {
  yield writeCsv([TITLES]);
  for await (const page of pages) yield writeCsv(page.map(rowOf));
}

/** The first findings; another sheet says how many it has no room for. */
async function workbookOf(
  pages: AsyncIterable<Finding[]>,
  maxRows: number,
): Promise<{ bytes: Uint8Array; leftOut: number }> {
  const data = [TITLES.map((title) => workbookText(title, 'bold'))];
  let leftOut = 0;
  for await (const page of pages) {
    const room = Math.max(0, maxRows + 1 - data.length);
    for (const finding of page.slice(0, room)) {
      data.push(rowOf(finding).map((text) => workbookText(text)));
    }
    leftOut += Math.max(0, page.length - room);
  }
  const columns = COLUMNS.map(([, width]) => ({ width }));
  const sheets = [{ sheet: 'Findings', stickyRowsCount: 1, columns, data }];
  if (leftOut === 0) return { bytes: await writeWorkbook(sheets), leftOut };
  const [left, max] = [leftOut, maxRows].map((count) => count.toLocaleString('en-US'));
  const text = `${left} findings are left out: a workbook has the first ${max}. Filter them, or export CSV.`;
  const note = {
    sheet: `${left} left out`,
    columns: [{ width: MAX_WIDTH }],
    data: [[workbookText(text)]],
  };
  return { bytes: await writeWorkbook([...sheets, note]), leftOut };
}
