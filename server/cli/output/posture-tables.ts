import Table from 'cli-table3';
import type { FrameworkSummary, TopFix } from '../../../contract/compliance.js';
import type { ReportImport } from '../../../contract/security-scans.js';
import {
  bold,
  count,
  cyan,
  dim,
  green,
  inBand,
  number,
  percent,
  red,
  width,
  yellow,
} from './style.js';

/** One table: what each framework's score is, and how much of it is known. */
export function frameworksTable(frameworks: readonly FrameworkSummary[]): string {
  const table = new Table({
    head: [
      'Framework',
      'Score',
      'Coverage',
      'Ceiling',
      'Satisfied',
      'Partial',
      'Failing',
      'Not assessed',
      'Total',
    ].map((text) => bold(text)),
    colAligns: ['left', ...Array(8).fill('right')],
    style: { head: [], border: ['gray'] },
  });
  for (const { name, version, band, score, coverage, ceiling, requirements } of frameworks) {
    const { satisfied, partial, failing, notAssessed, total } = requirements;
    table.push([
      name.includes(version) ? name : `${name} ${dim(version)}`,
      inBand(band, percent(score)),
      percent(coverage),
      dim(percent(ceiling)),
      satisfied > 0 ? green(number(satisfied)) : '0',
      partial > 0 ? yellow(number(partial)) : '0',
      failing > 0 ? red(number(failing)) : '0',
      number(notAssessed),
      number(total),
    ]);
  }
  return table.toString();
}

/** The controls whose fix gains most, with why they are where they are. */
export function topFixesTable(fixes: readonly TopFix[]): string {
  const table = new Table({
    head: ['#', 'Control', 'Status', 'Gain', 'Why'].map((text) => bold(text)),
    colAligns: ['right', 'left', 'left', 'right', 'left'],
    colWidths: [5, 34, 17, 9, Math.max(24, width() - 71)],
    wordWrap: true,
    style: { head: [], border: ['gray'] },
  });
  for (const [i, { controlId, title, status, gain, reason }] of fixes.entries()) {
    const shown = status.replace('_', ' ');
    table.push([
      String(i + 1),
      `${cyan(controlId)} ${title}`,
      status === 'not_implemented' ? red(shown) : yellow(shown),
      `+${gain.toFixed(1)}`,
      reason,
    ]);
  }
  return table.toString();
}

/** What a report brought, in a line or two. */
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
  const lines = [`${mark} ${bold(fileName)}: ${count(results, 'result')} of ${by} (${verdicts})`];
  if (item.identical) lines.push(dim('  the same bytes as the last import: nothing changed'));
  else if (changes) lines.push(dim(`  findings: ${changes}`));
  if (problem) lines.push(yellow(`  ${problem}`));
  return lines.join('\n');
}
