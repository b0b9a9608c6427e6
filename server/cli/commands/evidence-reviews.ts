import type { Command } from 'commander';
import {
  approveEvidence,
  EvidenceDetail,
  getEvidenceGaps,
  rejectEvidence,
  requestRenewal,
  submitEvidence,
} from '../../../contract/evidence.js';
import type { Evidence } from '../../modules/evidence/index.js';
import { localOperator } from '../../platform/auth/actor.js';
import { coverageTable, gapsTable, itemsTable } from '../output/evidence-tables.js';
import { count } from '../output/style.js';
import type { Shell } from '../shell.js';
import { usageError } from '../usage-error.js';
import { parseOptions, withEvidence } from '../with-evidence.js';

type Json = { json?: boolean };
const JSON_OPTION = ['--json', 'print one JSON document'] as const;

/** Evidence reviews, coverage and gaps. */
export function addEvidenceReviews(evidence: Command, shell: Shell): void {
  evidence
    .command('review <id>')
    .description('approve, reject or submit evidence, or request a renewal')
    .option('--approve', 'approve it; approval alone changes no control')
    .option('--reject <reason>', 'reject it')
    .option('--submit', 'submit it for review')
    .option('--renew <reason>', 'request a newer revision; this one counts until it expires')
    .option('--comment <text>', 'stored with the review')
    .option(...JSON_OPTION)
    .action(async (id: string, options: Json & Review) => {
      const act = actionOf(id, options);
      const item = EvidenceDetail.parse(await withEvidence(shell, act));
      if (options.json) shell.printJson({ evidence: item });
      else shell.print(itemsTable([item], shell.width));
    });
  evidence
    .command('coverage')
    .description('show how much of each framework has valid evidence')
    .option(...JSON_OPTION)
    .action(async ({ json }: Json) => {
      const found = await withEvidence(shell, ({ coverage }) => coverage.coverage(localOperator));
      if (json) shell.printJson(found);
      else shell.print(coverageTable(found.items, shell.width));
    });
  evidence
    .command('gaps <framework>')
    .description('controls of a framework whose evidence is missing or expires soon')
    .option('--days <days>', 'that expires within this many days', '30')
    .option(...JSON_OPTION)
    .action(async (framework: string, { json, ...options }: Json & { days: string }) => {
      const { days } = parseOptions(getEvidenceGaps.query, options);
      const gaps = await withEvidence(shell, ({ coverage }) =>
        coverage.gaps(localOperator, framework, days),
      );
      if (json) return shell.printJson(gaps);
      const { controls, requirements } = gaps;
      shell.print(
        controls.length > 0
          ? gapsTable(controls, shell.width)
          : 'Every control has valid evidence.',
      );
      const lacking = requirements.length === 1 ? 'lacks' : 'lack';
      shell.print(`${count(requirements.length, 'requirement')} ${lacking} evidence for a part.`);
    });
}

interface Review {
  approve?: boolean;
  reject?: string;
  submit?: boolean;
  renew?: string;
  comment?: string;
}

/** The chosen action, validated before any database is opened. */
function actionOf(
  id: string,
  { approve, reject, submit, renew, comment }: Review,
): (evidence: Evidence) => Promise<EvidenceDetail> {
  const chosen = [approve, reject !== undefined, submit, renew !== undefined].filter(Boolean);
  if (chosen.length !== 1) {
    throw usageError('give one of --approve, --reject <reason>, --submit and --renew <reason>');
  }
  if (approve) {
    const body = parseOptions(approveEvidence.body, { comment });
    return ({ reviews }) => reviews.approve(localOperator, id, body);
  }
  if (submit) {
    const body = parseOptions(submitEvidence.body, { comment });
    return ({ reviews }) => reviews.submit(localOperator, id, body.comment);
  }
  if (comment !== undefined)
    throw usageError('--comment can only be combined with --approve or --submit');
  if (renew !== undefined) {
    const { reason } = parseOptions(requestRenewal.body, { reason: renew }, { reason: 'renew' });
    return ({ reviews }) => reviews.requestRenewal(localOperator, id, reason);
  }
  const { reason } = parseOptions(rejectEvidence.body, { reason: reject }, { reason: 'reject' });
  return ({ reviews }) => reviews.reject(localOperator, id, reason);
}
