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
import { asked, withEvidence } from '../with-evidence.js';

type Json = { json?: boolean };
const JSON_OPTION = ['--json', 'print one JSON document'] as const;

/** People's judgement of evidence, and what still lacks it. */
export function addEvidenceReviews(evidence: Command, shell: Shell): void {
  evidence
    .command('review <id>')
    .description('approve, reject or hand in a piece of evidence, or ask for a newer one')
    .option('--approve', 'approve it; controls change by answers only')
    .option('--reject <reason>', 'reject it')
    .option('--submit', 'hand it to review')
    .option('--renew <reason>', 'ask for a newer revision; it goes on to count until it expires')
    .option('--comment <text>', 'kept with the review')
    .option(...JSON_OPTION)
    .action(async (id: string, options: Json & Review) => {
      const act = actionOf(id, options);
      const item = EvidenceDetail.parse(await withEvidence(shell, act));
      if (options.json) shell.printJson({ evidence: item });
      else shell.print(itemsTable([item], shell.width));
    });
  evidence
    .command('coverage')
    .description('how much of each framework has valid evidence')
    .option(...JSON_OPTION)
    .action(async ({ json }: Json) => {
      const found = await withEvidence(shell, ({ coverage }) => coverage.coverage(localOperator));
      if (json) shell.printJson(found);
      else shell.print(coverageTable(found.items, shell.width));
    });
  evidence
    .command('gaps <framework>')
    .description('controls of a framework without valid evidence, or soon without')
    .option('--days <days>', 'expiring within so many days', '30')
    .option(...JSON_OPTION)
    .action(async (framework: string, { json, ...options }: Json & { days: string }) => {
      const { days } = asked(getEvidenceGaps.query, options);
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
      shell.print(`${count(requirements.length, 'requirement')} ${lacking} evidence of a part.`);
    });
}

interface Review {
  approve?: boolean;
  reject?: string;
  submit?: boolean;
  renew?: string;
  comment?: string;
}

/** What was chosen, checked before anything is opened. */
function actionOf(
  id: string,
  { approve, reject, submit, renew, comment }: Review,
): (evidence: Evidence) => Promise<EvidenceDetail> {
  const chosen = [approve, reject !== undefined, submit, renew !== undefined].filter(Boolean);
  if (chosen.length !== 1) {
    throw usageError('say one of --approve, --reject <reason>, --submit and --renew <reason>');
  }
  if (approve) {
    const body = asked(approveEvidence.body, { comment });
    return ({ reviews }) => reviews.approve(localOperator, id, body);
  }
  if (submit) {
    const body = asked(submitEvidence.body, { comment });
    return ({ reviews }) => reviews.submit(localOperator, id, body.comment);
  }
  if (comment !== undefined) throw usageError('--comment is kept with --approve and --submit only');
  if (renew !== undefined) {
    const { reason } = asked(requestRenewal.body, { reason: renew }, { reason: 'renew' });
    return ({ reviews }) => reviews.requestRenewal(localOperator, id, reason);
  }
  const { reason } = asked(rejectEvidence.body, { reason: reject }, { reason: 'reject' });
  return ({ reviews }) => reviews.reject(localOperator, id, reason);
}
