import Table from 'cli-table3';
import type { Command } from 'commander';
import {
  CONTROL_STATUSES,
  type ControlDetail,
  type ControlStatus,
} from '../../../contract/compliance.js';
import { localOperator } from '../../platform/auth/actor.js';
import { InvalidInputError } from '../../platform/errors.js';
import { bold, cyan, dim, green, number, red, width, yellow } from '../output/style.js';
import { withCore } from '../with-core.js';

interface Options {
  why?: string;
  domain?: string;
  status?: string;
  json?: boolean;
}

const PAINT: Record<ControlStatus, (text: string) => string> = {
  implemented: green,
  partial: yellow,
  not_implemented: red,
  not_applicable: dim,
  not_assessed: dim,
};

export function addControls(program: Command): void {
  program
    .command('controls')
    .description('list the controls with their status, or explain one')
    .option('--why <id>', 'explain the status of this control, such as IAC-06')
    .option('--domain <code>', 'only this domain, such as IAC')
    .option('--status <status>', `only this status: ${CONTROL_STATUSES.join(', ')}`)
    .option('--json', 'print one JSON document')
    .action(async (options: Options) => {
      const { why, json } = options;
      if (why) {
        const control = await withCore(({ compliance }) =>
          compliance.controls.get(localOperator, why.toUpperCase()),
        );
        if (json) console.log(JSON.stringify(control, null, 2));
        else explain(control);
        return;
      }
      const status = statusFrom(options.status);
      const { items } = await withCore(({ compliance }) =>
        compliance.controls.list(localOperator, { domain: options.domain?.toUpperCase(), status }),
      );
      if (json) {
        console.log(JSON.stringify({ controls: items }, null, 2));
        return;
      }
      const table = new Table({
        head: ['Control', 'Title', 'Status', 'Reason'].map((text) => bold(text)),
        colWidths: [11, 38, 17, Math.max(20, width() - 71)],
        wordWrap: true,
        style: { head: [], border: ['gray'] },
      });
      for (const { id, title, status: state, reason } of items) {
        table.push([cyan(id), title, PAINT[state](state.replace('_', ' ')), reason]);
      }
      console.log(items.length > 0 ? table.toString() : 'No control fits these filters.');
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

function explain(control: ControlDetail): void {
  const { id, title, intent, status, assurance, explanation, requirements } = control;
  console.log(`${cyan(id)} ${bold(title)}\n${dim(intent)}\n`);
  console.log(
    `${bold('Status')}   ${PAINT[status](status.replace('_', ' '))}, evidence ${assurance}`,
  );
  console.log(`${bold('Why')}      ${control.reason}`);
  console.log(`${bold('Rule')}     ${explanation.rule}`);
  for (const change of explanation.whatWouldChangeIt) console.log(`${bold('To do')}    ${change}`);
  if (explanation.inputs.length > 0) {
    const table = new Table({
      head: ['Check', 'Pass', 'Fail', 'Unknown', 'Tier', 'Sure', 'Counts because'].map((text) =>
        bold(text),
      ),
      colWidths: [40, 8, 8, 9, 6, 7, Math.max(24, width() - 86)],
      colAligns: ['left', 'right', 'right', 'right', 'right', 'right', 'left'],
      wordWrap: true,
      wrapOnWordBoundary: false,
      style: { head: [], border: ['gray'] },
    });
    for (const { checkId, pass, fail, unknown, match } of explanation.inputs) {
      table.push([
        checkId,
        number(pass),
        fail > 0 ? red(number(fail)) : '0',
        number(unknown),
        String(match.tier),
        match.confidence.toFixed(2),
        match.text,
      ]);
    }
    console.log(`\n${table.toString()}`);
    const more = explanation.inputsTotal - explanation.inputs.length;
    if (more > 0) console.log(dim(`and ${number(more)} more checks`));
  }
  const served = new Map<string, string[]>();
  for (const { frameworkName, requirement } of requirements) {
    served.set(frameworkName, [...(served.get(frameworkName) ?? []), requirement]);
  }
  console.log(`\n${bold('Serves')}`);
  for (const [framework, ids] of served) console.log(`  ${framework}: ${ids.join(', ')}`);
}
