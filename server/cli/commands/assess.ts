import type { Command } from 'commander';
import type { CheckFix, ControlSummary, FrameworkSummary } from '../../../contract/compliance.js';
import type { ReportImport } from '../../../contract/security-scans.js';
import { SEVERITIES, type Severity } from '../../../contract/severity.js';
import { localOperator } from '../../platform/auth/actor.js';
import { InvalidInputError } from '../../platform/errors.js';
import { REPORT_FILES } from '../../scanners/tools/described-formats.js';
import { fixLines } from '../output/fix-lines.js';
import { frameworksTable, importLines } from '../output/posture-tables.js';
import { bold, count, dim, green, number, red } from '../output/style.js';
import { LocalApi } from '../remote/local-api.js';
import { addGateOptions, exitCodeOf, type GateOptions, partsOf } from '../report-gate.js';
import type { Shell } from '../shell.js';
import { type Work, withTemporaryCore } from '../with-core.js';
import {
  addCoverageOptions,
  type CoverageOptions,
  importFiles,
  TARGET_HELP,
  targetFrom,
} from './import.js';

interface Options extends GateOptions, CoverageOptions {
  framework?: string[];
  target?: string;
  json?: boolean;
}

interface Assessment {
  imports: ReportImport[];
  openFindings: Record<Severity, number>;
  controls: ControlSummary[];
  frameworks: FrameworkSummary[];
  fixes: CheckFix[];
}

const MAX_FIXES = 200;

export function addAssess(command: Command, shell: Shell): void {
  addCoverageOptions(command);
  addGateOptions(command, 'an open finding is')
    .argument('<file...>', REPORT_FILES)
    .option(
      '-f, --framework <slug>',
      'only this framework; repeatable or comma-separated (cspm frameworks lists them)',
      (text: string, slugs: string[] = []) => [...slugs, ...partsOf(text)],
    )
    .option('--target <name>', TARGET_HELP, targetFrom)
    .option('--json', 'print one JSON document')
    .addHelpText('after', '\nFor questionnaires, see cspm assessments --help')
    .action(async (files: string[], options: Options) => {
      const assessment = await withTemporaryCore(shell, (core) =>
        assess(shell, core, files, options),
      );
      if (options.json) shell.printJson(jsonOf(assessment));
      else print(shell, assessment);
      const { openFindings: open, ...judged } = assessment;
      shell.exitCode = exitCodeOf(shell, { ...judged, open }, options);
    });
}

async function assess(
  shell: Shell,
  core: Work,
  files: readonly string[],
  options: Options,
): Promise<Assessment> {
  const { catalogue, compliance } = core;
  const { framework } = options;
  requireFrameworks(catalogue.shipped.frameworks, framework ?? []);
  for (const id of framework ?? []) {
    await catalogue.activation.choose(localOperator, id, { active: true });
  }
  const imports = await importFiles(shell, new LocalApi(core), files, options);
  await compliance.engine.catchUp(localOperator);
  const overview = await compliance.posture.overview(localOperator);
  const { items: controls } = await compliance.controls.list(localOperator, {});
  const { items: fixes } = await compliance.fixes.list(localOperator, { limit: MAX_FIXES });
  const isWanted = (id: string) => !framework || framework.includes(id);
  return {
    imports,
    controls,
    openFindings: overview.openFindings,
    frameworks: overview.frameworks.filter(({ id }) => isWanted(id)),
    fixes: fixes.filter((fix) => fix.frameworks.some(({ id }) => isWanted(id))),
  };
}

function requireFrameworks(known: ReadonlyMap<string, unknown>, wanted: readonly string[]): void {
  const unknown = wanted.filter((slug) => !known.has(slug));
  if (unknown.length === 0) return;
  throw new InvalidInputError(
    `unknown framework ${unknown.join(', ')}; there are: ${[...known.keys()].join(', ')}`,
    { usage: true },
  );
}

function jsonOf({ imports, openFindings, controls, frameworks }: Assessment) {
  return {
    imports: imports.map(({ fileName, tool, toolVersion, results, counts, ...read }) => ({
      file: fileName,
      tool,
      version: toolVersion,
      results,
      ...counts,
      partial: read.partial,
      problem: read.problem,
      unread: read.unread ?? [],
      notes: read.notes ?? [],
    })),
    findings: { open: sum(Object.values(openFindings)), bySeverity: openFindings },
    controls: controls.map(({ id, status, assurance, passing, reason }) => ({
      id,
      status,
      assurance,
      passing,
      reason,
    })),
    frameworks: frameworks.map((framework) => {
      const { id, name, score, coverage, ceiling, passing, expired } = framework;
      const { total, satisfied, partial, failing, notAssessed } = framework.requirements;
      return {
        id,
        name,
        score,
        coverage,
        ceiling,
        passing,
        expired: expired ?? null,
        requirements: { total, satisfied, partial, failing, notAssessed },
      };
    }),
  };
}

function print(
  shell: Shell,
  { imports, openFindings, controls, frameworks, fixes }: Assessment,
): void {
  for (const item of imports) shell.print(importLines(item));
  if (imports.every(({ status }) => status === 'failed')) return;
  const bySeverity = SEVERITIES.filter((severity) => openFindings[severity] > 0)
    .map((severity) => `${number(openFindings[severity])} ${severity}`)
    .join(', ');
  const open = sum(Object.values(openFindings));
  const verdict = open === 0 ? green('no open findings') : red(count(open, 'open finding'));
  shell.print(`\n${verdict}${bySeverity ? `: ${bySeverity}` : ''}`);
  const assessed = controls.filter(({ status }) => status !== 'not_assessed').length;
  shell.print(`${count(assessed, 'control')} of ${number(controls.length)} assessed\n`);
  shell.print(frameworksTable(frameworks, shell.width));
  if (fixes.length === 0) return;
  shell.print(`\n${bold('Fix first')} ${dim('(gain: percentage points across all frameworks)')}`);
  for (const line of fixLines(fixes.slice(0, 10), shell.width)) shell.print(line);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
