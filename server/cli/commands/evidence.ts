import { createReadStream, createWriteStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Command } from 'commander';
import {
  type EvidenceDetail,
  type EvidenceItem,
  listEvidence,
  UPLOAD_KINDS,
  uploadEvidence,
} from '../../../contract/evidence.js';
import { type Evidence, verifyPackage } from '../../modules/evidence/index.js';
import { localOperator } from '../../platform/auth/actor.js';
import { InvalidInputError } from '../../platform/errors.js';
import { EXIT } from '../exit-codes.js';
import { oneLine } from '../output/scan-words.js';
import { cyan, green, red } from '../output/style.js';
import { table } from '../output/table.js';
import { printJson } from '../print-json.js';
import { withCore } from '../with-core.js';

type Json = { json?: boolean };
const JSON_OPTION = ['--json', 'print one JSON document'] as const;

/** Evidence of the store, with what was missed since a server last ran collected first. */
function withEvidence<T>(work: (evidence: Evidence) => Promise<T>): Promise<T> {
  return withCore(async ({ container }) => {
    const evidence = container.get<Evidence>('evidence');
    await evidence.lookAfter();
    return work(evidence);
  });
}

export function addEvidence(program: Command): void {
  const evidence = program
    .command('evidence')
    .description('evidence of controls: list, upload, review, gaps, audit packages');
  addItems(evidence);
  addPackages(evidence);
}

interface ListOptions extends Json {
  state?: string;
  kind?: string;
  control?: string;
  framework?: string;
  expiring?: string;
}

function addItems(evidence: Command): void {
  evidence
    .command('list', { isDefault: true })
    .description('list evidence, newest first')
    .option('--state <states>', 'only these states, comma-separated')
    .option('--kind <kinds>', 'only these kinds, comma-separated')
    .option('--control <id>', 'that supports this control')
    .option('--framework <id>', 'that supports this framework')
    .option('--expiring <days>', 'that expires within so many days')
    .option(...JSON_OPTION)
    .action(async ({ json, expiring: expiringDays, ...filter }: ListOptions) => {
      const query = parsed(listEvidence.query, { ...filter, expiringDays, limit: 200 });
      const page = await withEvidence(({ items }) => items.list(localOperator, query));
      if (json) printJson({ evidence: page.items, nextCursor: page.nextCursor });
      else
        console.log(page.items.length > 0 ? itemsTable(page.items) : 'There is no such evidence.');
    });
  evidence
    .command('upload <file>')
    .description('upload a file; it waits for review')
    .option('--kind <kind>', UPLOAD_KINDS.join(', '), 'document')
    .option('--title <text>', 'the file’s name, when not given')
    .option('--description <text>', 'what it shows')
    .option('--controls <ids>', 'controls that it supports, comma-separated')
    .option('--requirements <ids>', 'requirements, as framework/id, comma-separated')
    .option('--effective-from <instant>', 'since when it holds, such as 2026-01-01T00:00:00Z')
    .option('--effective-to <instant>', 'until when it holds')
    .option(...JSON_OPTION)
    .action(async (file: string, { json, ...options }: Json & Record<string, string>) => {
      const query = parsed(uploadEvidence.query, options);
      const stream = createReadStream(file);
      const upload = { fileName: basename(file), stream, isTruncated: () => false };
      const item = await withEvidence(({ items }) => items.upload(localOperator, upload, query));
      if (json) printJson({ evidence: item });
      else {
        if (item.duplicate) console.log('This content is there already:');
        console.log(itemsTable([item]));
      }
    });
  evidence
    .command('review <id>')
    .description('approve, reject or hand in a piece of evidence')
    .option('--approve', 'approve it; controls change by answers only')
    .option('--reject <reason>', 'reject it')
    .option('--submit', 'hand it to review')
    .option('--comment <text>', 'kept with the review')
    .option(...JSON_OPTION)
    .action(async (id: string, options: Json & Review) => {
      const item = await withEvidence((core) => review(core, id, options));
      if (options.json) printJson({ evidence: item });
      else console.log(itemsTable([item]));
    });
  evidence
    .command('gaps <framework>')
    .description('controls of a framework without valid evidence, or soon without')
    .option('--days <days>', 'expiring within so many days', '30')
    .option(...JSON_OPTION)
    .action(async (framework: string, { json, days }: Json & { days: string }) => {
      const within = wholeDays(days);
      const gaps = await withEvidence(({ coverage }) =>
        coverage.gaps(localOperator, framework, within),
      );
      if (json) return printJson(gaps);
      const rows = gaps.controls.map(({ controlId, title, weight, reason, expiresAt }) => [
        { text: controlId, paint: cyan },
        title,
        String(weight),
        reason.replace('_', ' '),
        expiresAt?.slice(0, 10) ?? '–',
      ]);
      const columns = [{ title: 'Control' }, { title: 'Title', grows: 2 }, { title: 'Weight' }];
      const all = [...columns, { title: 'Why' }, { title: 'Until' }];
      console.log(rows.length > 0 ? table(all, rows) : 'Every control has valid evidence.');
      console.log(`${gaps.requirements.length} requirements lack evidence of a part.`);
    });
}

interface Review {
  approve?: boolean;
  reject?: string;
  submit?: boolean;
  comment?: string;
}

function review(
  { reviews }: Evidence,
  id: string,
  { approve, reject, submit, comment }: Review,
): Promise<EvidenceDetail> {
  const chosen = [approve, reject !== undefined, submit].filter(Boolean);
  if (chosen.length !== 1) {
    throw new InvalidInputError('say one of --approve, --reject <reason> and --submit', {
      usage: true,
    });
  }
  if (approve) return reviews.approve(localOperator, id, { comment });
  if (submit) return reviews.submit(localOperator, id, comment);
  return reviews.reject(localOperator, id, reject ?? '');
}

interface PackageOptions extends Json {
  from?: string;
  to?: string;
  output?: string;
}

function addPackages(evidence: Command): void {
  evidence
    .command('package <framework>')
    .description('build the audit package of a framework')
    .option('--from <instant>', 'begin of the period; a year before its end')
    .option('--to <instant>', 'end of the period; now')
    .option('-o, --output <file>', 'where to write the ZIP')
    .option(...JSON_OPTION)
    .action(async (frameworkId: string, options: PackageOptions) => {
      const to = instant(options.to) ?? new Date();
      const from = instant(options.from) ?? new Date(to.getTime() - 365 * 86_400_000);
      const period = { from: from.toISOString(), to: to.toISOString() };
      const built = await withEvidence(async ({ packages }) => {
        const item = await packages.buildNow(localOperator, { frameworkId, ...period });
        if (item.state !== 'ready') throw new InvalidInputError(item.problem ?? 'it was not built');
        const { fileName, content } = await packages.content(localOperator, item.id);
        const file = options.output ?? fileName;
        await pipeline(content, createWriteStream(file));
        return { ...item, file };
      });
      if (options.json) printJson({ package: built });
      else {
        console.log(`${built.file}: ${built.files} files, ${built.evidence} pieces of evidence`);
        console.log(`SHA-256 ${built.sha256}`);
      }
    });
  evidence
    .command('export <framework>')
    .description('write where the team stands as an OSCAL 1.2 document')
    .option('--model <model>', 'assessment-results or poam', 'assessment-results')
    .option('-o, --output <file>', 'where to write; otherwise it is printed')
    .option('--json', 'the document is JSON anyway')
    .action(async (framework: string, { model, output }: { model: string; output?: string }) => {
      if (model !== 'assessment-results' && model !== 'poam') {
        throw new InvalidInputError('--model is assessment-results or poam', { usage: true });
      }
      const { text } = await withEvidence(({ packages }) =>
        packages.oscal(localOperator, framework, model),
      );
      if (output) await writeFile(output, text);
      else process.stdout.write(text);
    });
  evidence
    .command('verify <file>')
    .description('compare an audit package with its hashes; exit code 1 when it was changed')
    .option(...JSON_OPTION)
    .action(async (file: string, { json }: Json) => {
      const found = await verifyPackage(file);
      if (found.problems.length > 0) process.exitCode = EXIT.failed;
      if (json) return printJson(found);
      for (const problem of found.problems) console.log(`${red('✗')} ${oneLine(problem, 300)}`);
      if (found.problems.length === 0)
        console.log(`${green('✓')} ${found.files} files are as they were built`);
    });
}

interface Schema<T> {
  safeParse(
    value: unknown,
  ): { success: true; data: T } | { success: false; error: { issues: readonly Issue[] } };
}
interface Issue {
  path: readonly PropertyKey[];
  message: string;
}

/** The options as the contract has them. Throws InvalidInputError naming each that does not fit. */
function parsed<T>(schema: Schema<T> | undefined, value: unknown): T {
  const result = schema?.safeParse(value);
  if (result?.success) return result.data;
  const issues = result?.error.issues ?? [];
  const said = issues.map(({ path, message }) => `--${String(path[0])}: ${message}`);
  throw new InvalidInputError(said.join('; ') || 'that cannot be asked', { usage: true });
}

function instant(text: string | undefined): Date | undefined {
  if (text === undefined) return undefined;
  const date = new Date(text);
  if (Number.isNaN(date.getTime())) {
    throw new InvalidInputError(`${text} is no instant, such as 2026-01-31T00:00:00Z`, {
      usage: true,
    });
  }
  return date;
}

function wholeDays(text: string): number {
  const days = Number(text);
  if (Number.isInteger(days) && days >= 0 && days <= 370) return days;
  throw new InvalidInputError('--days is a whole number from 0 to 370', { usage: true });
}

function itemsTable(items: readonly EvidenceItem[]): string {
  const columns = [
    { title: 'Id' },
    { title: 'Kind' },
    { title: 'State' },
    { title: 'Title', grows: 3 },
    { title: 'Controls', grows: 1 },
    { title: 'Until' },
    { title: 'Quality', align: 'right' as const },
  ];
  const rows = items.map(({ id, kind, state, title, controlIds, expiresAt, quality }) => [
    { text: id, paint: cyan },
    kind,
    state.replace('_', ' '),
    oneLine(title, 200),
    controlIds.length > 3 ? `${controlIds.length} controls` : controlIds.join(', '),
    expiresAt.slice(0, 10),
    String(quality.score),
  ]);
  return table(columns, rows);
}
