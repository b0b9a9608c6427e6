import type { ControlStatus, FrameworkSummary } from '../../../contract/compliance.js';
import { expiredText } from '../../../contract/framework-words.js';
import type { ReportImport } from '../../../contract/security-scans.js';
import { attributionLines } from './attribution-lines.js';
import { bold, count, dim, green, inBand, number, percent, red, yellow } from './style.js';
import { type Cell, type Column, table } from './table.js';
import { wrap } from './wrap.js';

/** Below this width the table omits columns that follow from others. */
const WIDE = 100;

const NUMBER = { align: 'right' } as const;
const PASSING: Column = { title: 'Passing', ...NUMBER };
const PASSING_LEGEND =
  'Passing is the severity-weighted share of conclusive results that pass; it is not a score.';
const FRAMEWORK_COLUMNS: (Column & { isExtra?: true })[] = [
  { title: 'Framework', grows: 1 },
  { title: 'Score', ...NUMBER },
  { title: 'Coverage', ...NUMBER },
  PASSING,
  { title: 'Ceiling', ...NUMBER, isExtra: true },
  { title: 'Satisfied', ...NUMBER },
  { title: 'Partial', ...NUMBER },
  { title: 'Failing', ...NUMBER },
  { title: 'Not assessed', ...NUMBER },
  { title: 'Total', ...NUMBER, isExtra: true },
];

export type FrameworkRow = Pick<
  FrameworkSummary,
  | 'name'
  | 'version'
  | 'band'
  | 'score'
  | 'coverage'
  | 'ceiling'
  | 'passing'
  | 'expired'
  | 'requirements'
  | 'attribution'
  | 'supersededBy'
>;

/** Score, coverage and share of passing results of each framework; without the last where it is not known. */
export function frameworksTable(frameworks: readonly FrameworkRow[], room: number): string {
  const isPassingKnown = frameworks.some(({ passing }) => passing !== undefined);
  const isShown = (_: unknown, i: number) => {
    const column = FRAMEWORK_COLUMNS[i];
    if (column === PASSING) return isPassingKnown;
    return room >= WIDE || !column?.isExtra;
  };
  const rows = frameworks.map((framework) => {
    const { name, version, band, score, coverage, ceiling, requirements } = framework;
    const { passing = null } = framework;
    const { satisfied, partial, failing, notAssessed, total } = requirements;
    const cells: Cell[] = [
      name.includes(version) ? name : `${name} ${version}`,
      { text: percent(score), paint: (text) => inBand(band, text) },
      percent(coverage),
      percent(passing),
      { text: percent(ceiling), paint: dim },
      paintedNumber(satisfied, green),
      paintedNumber(partial, yellow),
      paintedNumber(failing, red),
      number(notAssessed),
      number(total),
    ];
    return cells.filter(isShown);
  });
  const legend =
    room >= WIDE
      ? 'Score counts unknown requirements as unmet, ceiling as met. Coverage is the share evaluated.'
      : 'Score counts unknown requirements as unmet. Coverage is the share evaluated.';
  const lines = wrap(isPassingKnown ? `${legend} ${PASSING_LEGEND}` : legend, room).map((line) =>
    dim(line),
  );
  const shown = table(FRAMEWORK_COLUMNS.filter(isShown), rows, room);
  const editions = supersededLines(frameworks, room);
  const expired = expiredLines(frameworks, room);
  return [shown, ...lines, ...expired, ...editions, ...attributionLines(frameworks, room)].join(
    '\n',
  );
}

/** One note for each framework whose score lost to expired evidence. */
function expiredLines(
  frameworks: readonly Pick<FrameworkRow, 'name' | 'expired'>[],
  room: number,
): string[] {
  return frameworks.flatMap(({ name, expired }) => {
    if (!expired) return [];
    return wrap(`${name}: ${expiredText(expired)}`, room).map((line) => yellow(line));
  });
}

/** One note for each framework that a newer edition replaces. */
export function supersededLines(
  frameworks: readonly Pick<FrameworkRow, 'name' | 'version' | 'supersededBy'>[],
  room: number,
): string[] {
  return frameworks.flatMap(({ name, version, supersededBy: by }) => {
    if (!by) return [];
    const carried = `${number(by.carriedOver)} of your ${number(by.requirements)} requirements carry over`;
    const text = `${name} ${version}: superseded by ${by.name} ${by.version} (${by.id}); ${carried}.`;
    return wrap(text, room).map((line) => dim(line));
  });
}

/** A painted number; zero has no colour. */
export function paintedNumber(value: number, paint: (text: string) => string): Cell {
  return value > 0 ? { text: number(value), paint } : '0';
}

const PAINT: Record<ControlStatus, (text: string) => string> = {
  implemented: green,
  partial: yellow,
  not_implemented: red,
  not_applicable: dim,
  not_assessed: dim,
};

/** A control's status as text with its colour. */
export function statusCell(status: ControlStatus): Exclude<Cell, string> {
  return { text: status.replace('_', ' '), paint: PAINT[status] };
}

/** The result of one import in a few lines. */
export function importLines(item: ReportImport): string {
  const { fileName, tool, toolVersion, results, counts, findings, partial, problem, status } = item;
  if (status === 'failed') return `${red('✗')} ${bold(fileName)}: ${problem}`;
  const verdicts = Object.entries(counts)
    .filter(([, value]) => value > 0)
    .map(([verdict, value]) => `${number(value)} ${verdict}`)
    .join(', ');
  const changes = Object.entries(findings)
    .filter(([, value]) => value > 0)
    .map(([change, value]) => `${number(value)} ${change}`)
    .join(', ');
  const mark = partial ? yellow('!') : green('✓');
  const by = [tool, toolVersion].filter(Boolean).join(' ');
  const summary = `${count(results, 'result')} of ${by}${verdicts ? ` (${verdicts})` : ''}`;
  const lines = [`${mark} ${bold(fileName)}: ${summary}`];
  if (item.identical) lines.push(dim('  identical to the last import: nothing changed'));
  else if (changes) lines.push(dim(`  findings: ${changes}`));
  if (problem) lines.push(yellow(`  ${problem}`));
  for (const { what, count: parts } of item.unread ?? []) {
    lines.push(dim(`  not read: ${number(parts)} ${what}`));
  }
  for (const note of item.notes ?? []) lines.push(yellow(`  ${note}`));
  return lines.join('\n');
}
