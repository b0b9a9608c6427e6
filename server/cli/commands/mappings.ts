import type { Command } from 'commander';
import { RESULT_STATUSES } from '../../../contract/compliance-exports.js';
import {
  EXPORT_FORMATS,
  listMappings,
  MAPPING_STATES,
  type MappingItem,
  type MappingReview,
  NewMappingReview,
  type ReviewVerdict,
} from '../../../contract/mapping-review.js';
import { localOperator } from '../../platform/auth/actor.js';
import { openFile } from '../open-file.js';
import { cyan, dim, number } from '../output/style.js';
import { table } from '../output/table.js';
import { writeFileAnswer } from '../output/write-file-answer.js';
import type { Shell } from '../shell.js';
import { fitted, usageError } from '../usage-error.js';
import { withCore } from '../with-core.js';

type Json = { json?: boolean };
const JSON_OPTION = ['--json', 'print one JSON document'] as const;

interface ListOptions extends Json {
  state?: string;
  tool?: string;
  service?: string;
  tier?: string;
  control?: string;
  check?: string;
  limit?: string;
  cursor?: string;
}

interface ReviewOptions extends Json {
  reason: string;
  provider?: string;
  relation?: string;
}

/** `cspm controls mappings`: reviews of check-to-control matches. */
export function addMappings(controls: Command, shell: Shell): void {
  const mappings = controls
    .command('mappings')
    .description(
      'review which controls a check counts for: accept, reject, revoke, export, import',
    );
  mappings
    .command('list', { isDefault: true })
    .description('list matches, those most in need of review first')
    .option('--state <state>', `only ${MAPPING_STATES.join(', ')}`)
    .option('--tool <tools>', 'only of these tools, comma-separated')
    .option('--service <services>', 'only of these services')
    .option('--tier <tiers>', 'only found by these tiers, e.g. 3,4')
    .option('--control <id>', 'only to this control')
    .option('--check <id>', 'only of this check')
    .option('--limit <n>', 'how many, at most 200')
    .option('--cursor <cursor>', 'continue after this cursor')
    .option(...JSON_OPTION)
    .action((options: ListOptions) => list(shell, options));
  for (const verdict of ['accept', 'reject'] as const) {
    mappings
      .command(`${verdict} <tool> <check> <control>`)
      .description(
        verdict === 'accept'
          ? 'count a check for a control, as if curated; no match need propose it'
          : 'never count a check for a control',
      )
      .requiredOption('--reason <text>', 'the reason, shown with the control')
      .option('--provider <name>', 'only for this provider, e.g. aws')
      .option('--relation <relation>', 'for accept: equal, subset (default), superset, intersects')
      .option(...JSON_OPTION)
      .action((tool: string, checkId: string, controlId: string, options: ReviewOptions) =>
        review(shell, verdict, { tool, checkId, controlId }, options),
      );
  }
  mappings
    .command('revoke <review...>')
    .description('revoke reviews by id; what applied before them counts again')
    .option(...JSON_OPTION)
    .action((ids: string[], { json }: Json) =>
      withCore(shell, async ({ mapping }) => {
        const done = await mapping.reviews.revoke(localOperator, ids);
        if (json) shell.printJson(done);
        else printReviews(shell, done);
      }),
    );
  mappings
    .command('export')
    .description('export the active reviews, e.g. for another installation')
    .option('--format <format>', EXPORT_FORMATS.join(' or '), 'jsonl')
    .option('--output <file>', 'write to this file instead of standard output')
    .action(({ format, output }: { format: string; output?: string }) => {
      const wanted = oneOf(EXPORT_FORMATS, '--format', format);
      return withCore(shell, async ({ mapping }) => {
        const { exported } = await import('../../modules/mapping/reviews/portable-reviews.js');
        const all = await mapping.reviews.inForce(localOperator);
        await writeFileAnswer(shell, exported(all, wanted), output);
      });
    });
  mappings
    .command('import <file>')
    .description('import exported reviews (JSON lines or YAML), all or none')
    .option(...JSON_OPTION)
    .action((file: string, { json }: Json) =>
      withCore(shell, async ({ mapping }) => {
        const { readReviews } = await import('../../modules/mapping/reviews/portable-reviews.js');
        const reviews = await readReviews((await openFile(shell.io, file)).stream);
        const done = await mapping.reviews.adopt(localOperator, reviews);
        if (json) return shell.printJson(done);
        shell.print(
          `${number(done.added)} added, ${number(done.unchanged)} already active; ` +
            `${number(done.controlsChanged)} controls changed status.`,
        );
        if (done.unknownChecks > 0) {
          shell.print(dim(`${number(done.unknownChecks)} are for checks without results yet.`));
        }
      }),
    );
}

/** `cspm controls export`: posture and library in standard formats. */
export function addControlExport(controls: Command, shell: Shell): void {
  controls
    .command('export')
    .description('export results as OCSF compliance findings, or the crosswalk as OSCAL')
    .requiredOption('--format <format>', 'ocsf or oscal-mapping')
    .option('--framework <id>', 'only this framework')
    .option('--control <id>', 'ocsf: only this control')
    .option('--status <list>', `ocsf: only ${RESULT_STATUSES.join(', ')}`)
    .option('--output <file>', 'write to this file instead of standard output')
    .action((options: Record<string, string | undefined>) => {
      const { framework, control, output } = options;
      const format = oneOf(['ocsf', 'oscal-mapping'] as const, '--format', options.format ?? '');
      const status = options.status
        ?.split(',')
        .map((each) => oneOf(RESULT_STATUSES, '--status', each.trim()));
      return withCore(shell, async ({ compliance: { complianceExports: exports } }) => {
        const controlId = control?.toUpperCase();
        const file =
          format === 'ocsf'
            ? await exports.ocsf(localOperator, { framework, controlId, status })
            : await exports.mappingCollection(localOperator, { framework });
        await writeFileAnswer(shell, file, output);
      });
    });
}

function oneOf<T extends string>(values: readonly T[], option: string, given: string): T {
  const value = values.find((each) => each === given);
  if (value) return value;
  throw usageError(`${option} ${given}: one of ${values.join(', ')}`);
}

function list(shell: Shell, options: ListOptions): Promise<void> {
  const { json, control, check, ...rest } = options;
  const given = { ...rest, controlId: control?.toUpperCase(), checkId: check };
  const query = fitted(listMappings.query as NonNullable<typeof listMappings.query>, given);
  return withCore(shell, async ({ mapping }) => {
    const page = await mapping.queue.list(localOperator, query);
    if (json) return shell.printJson(page);
    if (page.items.length === 0) return shell.print('No mapping matches.');
    const figure = { align: 'right' } as const;
    const columns = [
      { title: 'Check', grows: 3 },
      { title: 'Control', grows: 2 },
      { title: 'State' },
      { title: 'Tier', ...figure },
      { title: 'Sure', ...figure },
      { title: 'Open', ...figure },
      { title: 'Req.', ...figure },
      { title: 'Because', grows: 3 },
    ];
    shell.print(table(columns, page.items.map(rowOf), shell.width));
    shell.print(dim(`${number(page.items.length)} of ${number(page.total)} matches`));
    if (page.nextCursor) shell.print(dim(`more: --cursor ${page.nextCursor}`));
  });
}

function rowOf(item: MappingItem) {
  const { tool, checkId, controlId, state, match, review, openFindings, requirements } = item;
  return [
    `${tool} ${checkId}`,
    { text: controlId, paint: cyan },
    state,
    match ? String(match.tier) : '',
    match ? match.confidence.toFixed(2) : '',
    number(openFindings),
    number(requirements),
    review ? `${review.id}: ${review.reason}` : (match?.text ?? ''),
  ];
}

function review(
  shell: Shell,
  verdict: ReviewVerdict,
  edge: { tool: string; checkId: string; controlId: string },
  { reason, provider, relation, json }: ReviewOptions,
): Promise<void> {
  const controlId = edge.controlId.toUpperCase();
  const given = { ...edge, controlId, verdict, reason, provider, relation };
  const wanted = fitted(NewMappingReview, given);
  return withCore(shell, async ({ mapping }) => {
    const done = await mapping.reviews.review(localOperator, [wanted]);
    if (json) shell.printJson(done);
    else printReviews(shell, done);
  });
}

function printReviews(
  shell: Shell,
  { reviews, controlsChanged }: { reviews: MappingReview[]; controlsChanged: number },
) {
  for (const { id, tool, checkId, controlId, verdict, state } of reviews) {
    const what = state === 'revoked' ? `revoked: ${verdict}` : verdict;
    shell.print(`${what} ${tool} ${checkId} ${cyan(controlId)} ${dim(id)}`);
  }
  shell.print(`${number(controlsChanged)} controls changed status.`);
}
