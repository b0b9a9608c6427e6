import type { Command } from 'commander';
import {
  CONTROL_STATUSES,
  type ControlDetail,
  type ControlStatus,
  type ControlSummary,
  getControl,
  listControls,
  type ProofChecklist,
  type ProofItem,
  regionNoteText,
} from '../../../contract/compliance.js';
import { localOperator } from '../../platform/auth/actor.js';
import { InvalidInputError } from '../../platform/errors.js';
import { EXIT } from '../exit-codes.js';
import { AT_OPTION, pastMoment } from '../moment-from.js';
import { openFile } from '../open-file.js';
import { attributionLines } from '../output/attribution-lines.js';
import { previewLines } from '../output/library-tables.js';
import { paintedNumber, statusCell } from '../output/posture-tables.js';
import { bold, count, cyan, dim, number, percent, red } from '../output/style.js';
import { table } from '../output/table.js';
import { labelled, wrap } from '../output/wrap.js';
import { withApi } from '../remote/with-api.js';
import type { Shell } from '../shell.js';
import { usageError } from '../usage-error.js';
import { withCore } from '../with-core.js';
import { addControlExport, addMappings } from './mappings.js';

interface Options {
  why?: string;
  domain?: string;
  status?: string;
  at?: string;
  json?: boolean;
}

export function addControls(controls: Command, shell: Shell): void {
  controls
    .enablePositionalOptions()
    .option('--why <id>', 'explain the status of this control, e.g. IAC-06')
    .option('--domain <code>', 'only this domain, e.g. IAC')
    .option('--status <status>', `only this status: ${CONTROL_STATUSES.join(', ')}`)
    .option(AT_OPTION, 'their status at this time, e.g. 2026-03-01T12:00:00Z', pastMoment)
    .option('--json', 'print one JSON document')
    .action(async (options: Options) => {
      const { why, at, json } = options;
      if (why && at) throw usageError('--why cannot be combined with --at');
      if (why) {
        const control = await withApi(shell, (api) =>
          api.call(getControl, { params: { controlId: why.toUpperCase() } }),
        );
        if (json) shell.printJson(control);
        else explain(shell, control);
        return;
      }
      const status = statusFrom(options.status);
      const filter = { domain: options.domain?.toUpperCase(), status };
      const items = await (at ? pastControls(shell, at, filter) : currentControls(shell, filter));
      if (json) {
        shell.printJson({ ...(at ? { at } : {}), controls: items });
        return;
      }
      if (at) shell.print(dim(`As of ${at}`));
      const columns = [
        { title: 'Control' },
        { title: 'Title', grows: 2 },
        { title: 'Status' },
        ...(at ? [] : [{ title: 'Passing', align: 'right' as const }]),
        { title: 'Reason', grows: 3 },
      ];
      const rows = items.map(({ id, title, status: state, reason, ...item }) => [
        { text: id, paint: cyan },
        title,
        statusCell(state),
        ...('passing' in item ? [percent(item.passing ?? null)] : []),
        reason,
      ]);
      shell.print(rows.length > 0 ? table(columns, rows, shell.width) : 'No control matches.');
      for (const line of attributionLines(items, shell.width)) shell.print(line);
    });
  addImportControls(shell, controls);
  addMappings(controls, shell);
  addControlExport(controls, shell);
}

type ControlFilter = { domain?: string; status?: ControlStatus };

async function currentControls(shell: Shell, query: ControlFilter): Promise<ControlSummary[]> {
  return (await withApi(shell, (api) => api.call(listControls, { query }))).items;
}

async function pastControls(shell: Shell, at: string, filter: ControlFilter) {
  return withCore(shell, async ({ compliance }) => {
    const { controls } = await compliance.history.controlsAt(localOperator, at, filter);
    return controls;
  });
}

function addImportControls(shell: Shell, controls: Command): void {
  controls
    .command('import')
    .description('add or update custom controls: CSV, YAML or JSON')
    .argument('<file>')
    .option('--preview', 'only show what would be added and changed')
    .option('--json', 'print one JSON document')
    .action(async (file: string, { preview }: { preview?: boolean }, command: Command) => {
      const { json } = command.optsWithGlobals<{ json?: boolean }>();
      await withCore(shell, async ({ catalogue: { customControls } }) => {
        const plan = await customControls.preview(localOperator, await openFile(shell.io, file));
        if (plan.problems.length > 0) shell.exitCode = EXIT.failed;
        else if (!preview)
          await customControls.import(localOperator, await openFile(shell.io, file));
        shell.print(json ? JSON.stringify(plan, null, 2) : previewLines(plan, file));
      });
    });
}

function statusFrom(text: string | undefined): ControlStatus | undefined {
  if (text === undefined) return undefined;
  const status = CONTROL_STATUSES.find((name) => name === text.replace('-', '_'));
  if (status) return status;
  throw new InvalidInputError(`unknown status ${text}; there are: ${CONTROL_STATUSES.join(', ')}`, {
    usage: true,
  });
}

function explain(shell: Shell, control: ControlDetail): void {
  const { id, title, intent, status, assurance, explanation, requirements } = control;
  const room = shell.width;
  const line = (label: string, text: string) =>
    shell.print(labelled(bold(label.padEnd(9)), text, room));
  shell.print(`${cyan(id)} ${bold(title)}`);
  for (const line of wrap(intent, room)) shell.print(dim(line));
  const state = statusCell(status);
  shell.print(`\n${bold('Status'.padEnd(9))}${state.paint(state.text)}, evidence ${assurance}`);
  line('Why', control.reason);
  line('Rule', explanation.rule);
  if (typeof control.passing === 'number') {
    line('Passing', `${percent(control.passing)} of its conclusive results, by severity`);
  }
  for (const note of explanation.regions ?? []) line('Regions', regionNoteText(note));
  for (const change of explanation.whatWouldChangeIt) line('To do', change);
  for (const { frameworkName, requirement, actor, at } of control.answeredElsewhere ?? []) {
    const answered = `yes to ${frameworkName} ${requirement}, by ${actor} on ${at.slice(0, 10)}`;
    line('Answers', `${answered}; it suggests this control, and decides nothing here`);
  }
  for (const sentence of proofLines(explanation.proof, room)) shell.print(sentence);
  if (explanation.inputs.length > 0) shell.print(`\n${inputsTable(explanation, room)}`);
  for (const sentence of relatedLines(control)) {
    for (const line of wrap(sentence, room)) shell.print(dim(line));
  }
  const served = new Map<string, string[]>();
  for (const { frameworkName, requirement } of requirements) {
    served.set(frameworkName, [...(served.get(frameworkName) ?? []), requirement]);
  }
  shell.print(`\n${bold('Serves')}`);
  for (const [framework, ids] of served) {
    shell.print(labelled('  ', `${framework}: ${ids.join(', ')}`, room));
  }
  const others = control.attributions.map((attribution) => ({ attribution }));
  for (const line of attributionLines([control, ...others], room)) shell.print(line);
}

const PROOF_STATE: Record<ProofItem['state'], string> = {
  shown: 'shown',
  missing: 'no result',
  failing: 'fails',
  expired: 'expired',
  unknown: 'not evaluated',
  withheld: 'not evaluated',
};

/** What scans must show before the control is implemented. */
function proofLines(proof: ProofChecklist | undefined, room: number): string[] {
  if (!proof || proof.total === 0) return [];
  const { items, total, shown } = proof;
  const rows = items.map(({ account, checks, state, at, needs }) => [
    account,
    checks.join(' or '),
    needs ? `${PROOF_STATE[state]}: ${needs} does not pass` : PROOF_STATE[state],
    at?.slice(0, 10) ?? '',
  ]);
  const columns = [
    ...[{ title: 'Account' }, { title: 'Proof', grows: 3 }],
    ...[{ title: 'State', grows: 2 }, { title: 'Date' }],
  ];
  const more = total - items.length;
  return [
    `\n${table(columns, rows, room)}`,
    dim(
      `${number(shown)} of ${number(total)} shown${more > 0 ? `, ${number(more)} more not listed` : ''}`,
    ),
  ];
}

/** Checks that only touch the control, which no other number counts. */
function relatedLines({
  id,
  explanation: { relatedTotal = 0, relatedFindings = 0 },
}: ControlDetail) {
  if (relatedTotal === 0) return [];
  const findings = count(relatedFindings, 'finding');
  return [
    `Also related, not counted above: ${count(relatedTotal, 'check')} with ${findings}. See them: cspm findings --control ${id} --related`,
  ];
}

function inputsTable({ inputs, inputsTotal }: ControlDetail['explanation'], room: number): string {
  const figure = { align: 'right' } as const;
  const rows = inputs.map(({ checkId, pass, fail, unknown, match }) => [
    checkId,
    number(pass),
    paintedNumber(fail, red),
    number(unknown),
    String(match.tier),
    match.confidence.toFixed(2),
    match.text,
  ]);
  const shown = table(
    [
      { title: 'Check', grows: 3 },
      { title: 'Pass', ...figure },
      { title: 'Fail', ...figure },
      { title: 'Unknown', ...figure },
      { title: 'Tier', ...figure },
      { title: 'Sure', ...figure },
      { title: 'Counts because', grows: 4 },
    ],
    rows,
    room,
  );
  const more = inputsTotal - inputs.length;
  return more > 0 ? `${shown}\n${dim(`and ${number(more)} more checks`)}` : shown;
}
