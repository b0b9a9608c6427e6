import { type Command, Option } from 'commander';
import type { Finding } from '../../../contract/security-scans.js';
import { SEVERITIES } from '../../../contract/severity.js';
import { version } from '../../package-root.js';
import { localOperator } from '../../platform/auth/actor.js';
import { InvalidInputError } from '../../platform/errors.js';
import { REPORT_FILES } from '../../scanners/tools/described-formats.js';
import type { Assessment } from '../assess/assessment.js';
import { fixLines } from '../output/fix-lines.js';
import { frameworksTable, importLines } from '../output/posture-tables.js';
import { bold, count, dim, green, number, red } from '../output/style.js';
import { writeFileAnswer } from '../output/write-file-answer.js';
import { LocalApi } from '../remote/local-api.js';
import { addGateOptions, exitCodeOf, type GateOptions, partsOf } from '../report-gate.js';
import type { Shell } from '../shell.js';
import { usageError } from '../usage-error.js';
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
  format?: Format;
  output?: string;
}

const MAX_FIXES = 200;
const FORMATS = ['text', 'json', 'sarif', 'oscal', 'junit', 'markdown'] as const;
type Format = (typeof FORMATS)[number];
/** As many as code scanning of GitHub accepts. */
const MAX_FINDINGS = 25_000;
const PAGE = 200;

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
    .addOption(
      new Option('--format <format>', 'for pipelines: oscal needs one --framework')
        .choices(FORMATS)
        .default('text'),
    )
    .option('-o, --output <file>', 'a new file instead of standard output')
    .option('--json', 'print one JSON document')
    .addHelpText('after', '\nFor questionnaires, see cspm assessments --help')
    .action(async (files: string[], options: Options) => {
      const format: Format = options.json ? 'json' : (options.format ?? 'text');
      if (format === 'oscal' && options.framework?.length !== 1) {
        throw usageError('--format oscal needs one --framework: a document is about one');
      }
      if (options.output && format === 'text') throw usageError('--output needs a --format');
      const assessment = await withTemporaryCore(shell, async (core) => {
        const done = await assess(shell, core, files, options);
        const text = format === 'text' ? null : await textOf(core, done, format, options);
        if (text !== null) await write(shell, text, options.output);
        return done;
      });
      if (format === 'text') print(shell, assessment);
      if (assessment.omitted > 0) {
        shell.note(`${assessment.omitted} more findings are left out`);
      }
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
  const isListed = options.format === 'sarif' || options.format === 'junit';
  const findings = isListed ? await openFindingsOf(core) : [];
  const total = sum(Object.values(overview.openFindings));
  return {
    imports,
    controls,
    findings,
    omitted: isListed ? Math.max(0, total - findings.length) : 0,
    openFindings: overview.openFindings,
    frameworks: overview.frameworks.filter(({ id }) => isWanted(id)),
    fixes: fixes.filter((fix) => fix.frameworks.some(({ id }) => isWanted(id))),
  };
}

async function openFindingsOf({ scans }: Work): Promise<Finding[]> {
  const found: Finding[] = [];
  let cursor: string | undefined;
  do {
    const filter = { status: ['open' as const] };
    const page = await scans.findings.list(localOperator, filter, PAGE, cursor);
    found.push(...page.items);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined && found.length < MAX_FINDINGS);
  return found.slice(0, MAX_FINDINGS);
}

async function textOf(
  { container }: Work,
  assessment: Assessment,
  format: Exclude<Format, 'text'>,
  { framework = [] }: Options,
): Promise<string> {
  const json = (document: unknown) => `${JSON.stringify(document, null, 2)}\n`;
  switch (format) {
    case 'json':
      return json(jsonOf(assessment));
    case 'sarif':
      return json((await import('../assess/sarif.js')).sarifOf(assessment, version));
    case 'junit':
      return (await import('../assess/junit.js')).junitOf(assessment);
    case 'markdown':
      return (await import('../assess/markdown.js')).markdownOf(assessment);
    case 'oscal': {
      const { oscal } = container.get('evidence');
      const [id = ''] = framework;
      return (await oscal.document(localOperator, id, 'assessment-results')).text;
    }
  }
}

function write(shell: Shell, text: string, output: string | undefined): Promise<void> {
  const content = (async function* () {
    yield text;
  })();
  return writeFileAnswer(shell, { fileName: '', contentType: '', content }, output);
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
