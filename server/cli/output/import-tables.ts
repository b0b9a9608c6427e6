import type { ImportDetail, ReportImport } from '../../../contract/security-scans.js';
import { importLines } from './posture-tables.js';
import { ago, oneLine } from './scan-words.js';
import { bold, count, cyan, dim, number } from './style.js';
import { type Cell, table } from './table.js';
import { wrap } from './wrap.js';

/** Imports in the order given. */
export function importsTable(imports: readonly ReportImport[], room: number): string {
  const columns = [
    { title: 'Id' },
    { title: 'Report', grows: 3 },
    { title: 'Status' },
    { title: 'Opened', align: 'right' as const },
    { title: 'Resolved', align: 'right' as const },
    { title: 'When', align: 'right' as const },
  ];
  const rows = imports.map(({ id, fileName, status, findings, createdAt }): Cell[] => [
    { text: id, paint: cyan },
    { text: oneLine(fileName, 300), paint: bold },
    status,
    number(findings.opened + findings.reopened),
    number(findings.resolved),
    ago(createdAt),
  ]);
  return table(columns, rows, room);
}

/** An import with what was not read. */
export function importDetailLines(item: ImportDetail, room: number): string {
  const { id, status, undo, createdAt, undoneAt, scanId } = item;
  const { rejected = 0, rejections = [], gaps = [], moreGaps = 0 } = item;
  const more = (left: number) => (left > 0 ? [`… and ${number(left)} more`] : []);
  return [
    importLines(item),
    dim(`  ${id}, ${status}, ${createdAt}${scanId ? `, of scan ${scanId}` : ''}`),
    ...part(room, rejected > 0 && `${count(rejected, 'result')} not read:`, [
      ...rejections.map(({ at, reason }) => `${at}: ${reason}`),
      ...more(rejected - rejections.length),
    ]),
    ...part(room, gaps.length > 0 && 'Not looked at:', [
      ...gaps.map(({ what, why }) => `${what}: ${why}`),
      ...more(moreGaps),
    ]),
    ...(undoneAt ? [dim(`  undone ${undoneAt}`)] : []),
    dim(undo.possible ? `  cspm import undo ${id} undoes it` : `  no undo: ${undo.reason}`),
  ].join('\n');
}

function part(room: number, title: string | false, lines: readonly string[]): string[] {
  if (!title) return [];
  const shown = lines.flatMap((line) => wrap(oneLine(line), room - 4).map((text) => `    ${text}`));
  return [`  ${title}`, ...shown];
}
