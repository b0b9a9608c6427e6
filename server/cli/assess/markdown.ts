import { SEVERITIES } from '../../../contract/severity.js';
import type { Assessment } from './assessment.js';

const MAX_FIXES = 10;

/** Markdown for a job’s summary or a comment. */
export function markdownOf({
  imports,
  openFindings,
  controls,
  frameworks,
  fixes,
}: Assessment): string {
  const open = Object.values(openFindings).reduce((total, value) => total + value, 0);
  const assessed = controls.filter(({ status }) => status !== 'not_assessed').length;
  const bySeverity = SEVERITIES.filter((severity) => openFindings[severity] > 0)
    .map((severity) => `${openFindings[severity]} ${severity}`)
    .join(', ');
  const lines = [
    '## Compliance',
    '',
    open === 0 ? '**No open findings.**' : `**${open} open findings**: ${bySeverity}.`,
    `${assessed} of ${controls.length} controls assessed.`,
    '',
    ...table(
      ['Report', 'Tool', 'Results', 'Failed', 'Read'],
      imports.map(({ fileName, tool, results, counts, status, partial, problem }) => [
        ...[fileName, tool ?? '–', String(results), String(counts.fail)],
        status === 'failed' || partial ? `not whole: ${problem ?? 'unknown reason'}` : 'whole',
      ]),
    ),
    '',
    ...table(
      ['Framework', 'Score', 'Coverage', 'Satisfied', 'Failing', 'Not assessed'],
      frameworks.map(({ name, score, coverage, requirements }) => [
        ...[name, percent(score), percent(coverage), String(requirements.satisfied)],
        ...[String(requirements.failing), String(requirements.notAssessed)],
      ]),
    ),
  ];
  if (fixes.length > 0) {
    const rows = fixes.slice(0, MAX_FIXES).map(({ checkId, gain, findings }) => {
      return [checkId, `+${gain.toFixed(1)}`, String(findings)];
    });
    lines.push('', '### Fix first', '', ...table(['Check', 'Gain', 'Findings'], rows));
  }
  return `${lines.join('\n')}\n`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(' | ')} |`;
  return [line(head), `|${head.map(() => ' --- |').join('')}`, ...rows.map(line)];
}

/** Texts of reports as text: neither markup, nor links, nor mentions of people. */
function cell(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/[\\|`*_{}[\]()#!>~]/g, '\\$&')
    .replace(/@/g, '@\u200B');
}

function percent(value: number | null): string {
  return value === null ? '–' : `${value.toFixed(1)} %`;
}
