import type { Command } from 'commander';
import { decideControl, type StandingDecision } from '../../../contract/compliance.js';
import { localOperator } from '../../platform/auth/actor.js';
import { instantOf } from '../instant-of.js';
import { statusCell } from '../output/posture-tables.js';
import { oneLine } from '../output/scan-words.js';
import { bold, cyan, red } from '../output/style.js';
import { table } from '../output/table.js';
import type { Shell } from '../shell.js';
import { fitted, usageError } from '../usage-error.js';
import { withCore } from '../with-core.js';

interface Options {
  status?: string;
  reason?: string;
  expires?: string;
  approver?: string;
  withdraw?: boolean;
  list?: boolean;
  json?: boolean;
}

export function addOverride(command: Command, shell: Shell): void {
  command
    .argument('[control]')
    .option(
      '--status <status>',
      'implemented, partial, not_implemented, or not_applicable with --approver',
    )
    .option('--reason <text>', 'the reason, for the auditor')
    .option('--expires <date>', 'when it ends: 2026-12-31 (end of day, UTC) or an ISO 8601 time')
    .option('--approver <name>', 'a second person who agreed that the control is not applicable')
    .option('--withdraw', 'withdraw the decision; the evidence decides again')
    .option('--list', 'list the decisions in force, contradicted ones first')
    .option('--json', 'print one JSON document')
    .action((id: string | undefined, options: Options) => {
      refuseContradiction(id, options);
      if (options.list) return list(shell, options);
      if (!id) throw usageError('name a control or use --list');
      return options.withdraw
        ? withdraw(shell, id.toUpperCase(), options)
        : decide(shell, id.toUpperCase(), options);
    });
}

function decide(
  shell: Shell,
  controlId: string,
  { status, reason, expires, approver, json }: Options,
) {
  if (!status || !reason) throw usageError('--status and --reason are required');
  const named = status.replaceAll('-', '_');
  const kind = named === 'not_applicable' ? named : 'override';
  if (kind === 'not_applicable' && !approver) {
    throw usageError('not_applicable needs --approver: a second person who agreed');
  }
  if (!STATUSES.includes(named)) {
    throw usageError(
      `--status: there is no ${oneLine(status, 50)}; there are ${STATUSES.join(', ')}`,
    );
  }
  if (approver && kind === 'override') {
    throw usageError('--approver can only be combined with --status not_applicable');
  }
  const given = fitted(decideControl.body as NonNullable<typeof decideControl.body>, {
    kind,
    status: kind === 'override' ? named : undefined,
    justification: reasonOf(reason),
    approver,
    expiresAt: expires === undefined ? undefined : endOf(expires),
  });
  return withCore(shell, async ({ compliance }) => {
    const control = await compliance.controls.decide(localOperator, controlId, given);
    if (json) return shell.printJson(control);
    const state = statusCell(control.status);
    shell.print(`${cyan(control.id)} ${bold(control.title)}: ${state.paint(state.text)}`);
    if (control.contradicted)
      shell.print(red('Its evidence contradicts the decision; it is flagged.'));
  });
}

function withdraw(shell: Shell, controlId: string, { json }: Options) {
  return withCore(shell, async ({ compliance }) => {
    const control = await compliance.controls.withdraw(localOperator, controlId);
    if (json) return shell.printJson(control);
    const state = statusCell(control.status);
    shell.print(`${cyan(control.id)} follows its evidence again: ${state.paint(state.text)}`);
  });
}

function list(shell: Shell, { json }: Options) {
  return withCore(shell, async ({ compliance }) => {
    const decisions = await compliance.decided.inForce(localOperator);
    if (json) return shell.printJson({ decisions });
    if (decisions.length === 0) return shell.print('There are no decisions in force.');
    shell.print(
      table(
        [
          { title: 'Control' },
          { title: 'Decision' },
          { title: 'By' },
          { title: 'Until' },
          { title: 'Contradicted by', grows: 2 },
          { title: 'Reason', grows: 3 },
        ],
        decisions.map((each) => [
          { text: each.controlId, paint: cyan },
          each.kind === 'not_applicable' ? 'not applicable' : `${each.kind}: ${each.status}`,
          each.approver ? `${each.actor}, approved by ${each.approver}` : each.actor,
          each.expiresAt?.slice(0, 10) ?? 'no end',
          { text: againstOf(each), paint: red },
          each.justification,
        ]),
        shell.width,
      ),
    );
  });
}

function againstOf({ contradicted, against }: StandingDecision): string {
  if (!contradicted) return '';
  const checks = against.map(({ checkId, fail }) =>
    fail > 0 ? `${checkId} (${fail} fail)` : checkId,
  );
  return (
    checks.slice(0, 3).join(', ') + (checks.length > 3 ? ` and ${checks.length - 3} more` : '')
  );
}

const STATUSES: readonly string[] = ['implemented', 'partial', 'not_implemented', 'not_applicable'];
const MIN_REASON_LENGTH = 10;

function refuseContradiction(id: string | undefined, options: Options): void {
  const { list, withdraw, status, reason, expires, approver } = options;
  const decides = [status, reason, expires, approver].some((given) => given !== undefined);
  if (list && (id || withdraw || decides))
    throw usageError('--list can only be combined with --json');
  if (withdraw && decides)
    throw usageError('--withdraw cannot be combined with a status, reason, end or approver');
}

function reasonOf(reason: string): string {
  const text = reason.trim();
  if (text.length >= MIN_REASON_LENGTH) return text;
  throw usageError(`--reason needs at least ${MIN_REASON_LENGTH} characters, for the auditor`);
}

function endOf(text: string): string {
  const at = instantOf('expires', text, 'T23:59:59.000Z');
  if (at > new Date().toISOString()) return at;
  throw usageError(`--expires: ${text} must be in the future`);
}
