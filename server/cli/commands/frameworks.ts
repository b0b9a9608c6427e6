import type { Command } from 'commander';
import {
  CONTROL_STATUSES,
  exportFrameworkGaps,
  getFrameworkGaps,
  getPostureAt,
  getRequirement,
  listAvailableFrameworks,
  listFrameworks,
} from '../../../contract/compliance.js';
import { localOperator } from '../../platform/auth/actor.js';
import { EXIT } from '../exit-codes.js';
import { AT_OPTION, pastMoment } from '../moment-from.js';
import { openFile } from '../open-file.js';
import { frameworkGapsTable, previewLines } from '../output/library-tables.js';
import { frameworksTable } from '../output/posture-tables.js';
import { requirementText } from '../output/requirement-tables.js';
import { dim, number } from '../output/style.js';
import { wrap } from '../output/wrap.js';
import { withApi } from '../remote/with-api.js';
import type { Shell } from '../shell.js';
import { usageError } from '../usage-error.js';
import { withCore } from '../with-core.js';
import { addFrameworksChoice, choiceText } from './frameworks-choice.js';
import { addFixes } from './frameworks-fixes.js';

interface Json {
  json?: boolean;
}
interface ImportOptions extends Json {
  preview?: boolean;
  id?: string;
  name?: string;
  frameworkVersion?: string;
}
const JSON_OPTION = ['--json', 'print one JSON document'] as const;

export function addFrameworks(frameworks: Command, shell: Shell): void {
  frameworks
    .option(AT_OPTION, 'their posture at this time, e.g. 2026-03-01T12:00:00Z', pastMoment)
    .option(...JSON_OPTION)
    .action(async ({ json, at }: Json & { at?: string }) => {
      if (at) return showPast(shell, at, json);
      const { items } = await withApi(shell, (api) => api.call(listFrameworks));
      if (json) {
        shell.printJson({ frameworks: items });
        return;
      }
      shell.print(frameworksTable(items, shell.width));
      const slugs = `Slugs for --framework: ${items.map(({ id }) => id).join(', ')}`;
      for (const line of wrap(slugs, shell.width)) shell.print(dim(line));
    });
  addFrameworksChoice(frameworks, shell);
  addFiles(shell, frameworks);
  addFixes(shell, frameworks);
  frameworks
    .command('why')
    .description('why a requirement has its status, and what would change it')
    .argument('<id>', 'slug of the framework, e.g. soc2-tsc-2017')
    .argument('<requirement>', 'e.g. CC6.1')
    .option(...JSON_OPTION)
    .action(async (id: string, requirement: string, _: Json, command: Command) => {
      const { json } = command.optsWithGlobals<Json>();
      const params = { frameworkId: id, requirementId: requirement };
      const found = await withApi(shell, (api) => api.call(getRequirement, { params }));
      shell.print(json ? JSON.stringify(found, null, 2) : requirementText(found, shell.width));
    });
  frameworks
    .command('gaps')
    .description(
      'unmet requirements of a framework, why, and which controls would raise its score most',
    )
    .argument('<id>', 'slug of the framework')
    .option(...JSON_OPTION)
    .option('--csv', 'print CSV')
    .action(async (id: string, options: Json & { csv?: boolean }, command: Command) => {
      const { json } = command.optsWithGlobals<Json>();
      const params = { frameworkId: id };
      await withApi(shell, async (api) => {
        if (options.csv) {
          await shell.write((await api.call(exportFrameworkGaps, { params })).text);
          return;
        }
        const gaps = await api.call(getFrameworkGaps, { params });
        shell.print(json ? JSON.stringify(gaps, null, 2) : frameworkGapsTable(gaps, shell.width));
      });
    });
}

/** Current names with the scores and active frameworks of that time. */
async function showPast(shell: Shell, moment: string, json: boolean | undefined): Promise<void> {
  const { past, known } = await withApi(shell, async (api) => ({
    past: await api.call(getPostureAt, { query: { at: moment } }),
    known: (await api.call(listAvailableFrameworks)).items,
  }));
  if (json) {
    shell.printJson(past);
    return;
  }
  shell.print(dim(`As of ${past.at}`));
  if (past.frameworks.length === 0) {
    shell.print('No framework had been evaluated by then.');
    return;
  }
  const rows = past.frameworks.map(({ frameworkId, passing, ...point }) => {
    const found = known.find(({ id }) => id === frameworkId);
    const { name = frameworkId, version = '', attribution } = found ?? {};
    const share = passing === null ? {} : { passing };
    return { ...point, ...share, name, version, attribution, band: 'none' as const };
  });
  shell.print(frameworksTable(rows, shell.width));
  const counts = CONTROL_STATUSES.map(
    (status) => `${number(past.controls[status] ?? 0)} ${status}`,
  );
  shell.print(`Controls: ${counts.join(', ').replaceAll('_', ' ')}`);
}

function addFiles(shell: Shell, frameworks: Command): void {
  frameworks
    .command('import')
    .description('import or replace a custom framework: CSV, YAML or an OSCAL catalog')
    .argument('<file>')
    .option('--preview', 'only show what would be added, changed and removed')
    .option('--id <slug>', 'its id, overriding the file')
    .option('--name <name>', 'its name, overriding the file')
    .option('--framework-version <version>', 'its version, overriding the file')
    .option(...JSON_OPTION)
    .action(async (file: string, options: ImportOptions, command: Command) => {
      const { json } = command.optsWithGlobals<Json>();
      const { id, name, frameworkVersion: version, preview } = options;
      await withCore(shell, async ({ catalogue: { customFrameworks } }) => {
        const head = { id, name, version };
        const plan = await customFrameworks.preview(
          localOperator,
          await openFile(shell.io, file),
          head,
        );
        if (plan.problems.length > 0) shell.exitCode = EXIT.failed;
        if (preview || plan.problems.length > 0) {
          shell.print(json ? JSON.stringify(plan, null, 2) : previewLines(plan, file));
          return;
        }
        const framework = await customFrameworks.import(
          localOperator,
          await openFile(shell.io, file),
          head,
        );
        if (json) shell.printJson({ ...plan, framework });
        else shell.print(`${previewLines(plan, file)}\n${framework.id}: ${choiceText(framework)}`);
      });
    });
  frameworks
    .command('remove')
    .description('remove a custom framework; its attestations are kept')
    .argument('<id>')
    .requiredOption('--confirm <id>', 'repeat the id to confirm')
    .option(...JSON_OPTION)
    .action(async (id: string, { confirm }: { confirm: string }, command: Command) => {
      if (confirm !== id) throw usageError(`--confirm must be ${id}`);
      await withCore(shell, ({ catalogue }) =>
        catalogue.customFrameworks.remove(localOperator, id, confirm),
      );
      const { json } = command.optsWithGlobals<Json>();
      shell.print(json ? JSON.stringify({ removed: id }) : `${id}: removed`);
    });
  frameworks
    .command('export')
    .description('print a custom framework as a file that can be imported again')
    .argument('<id>')
    .option('--csv', 'as CSV; else as YAML')
    .action(async (id: string, { csv }: { csv?: boolean }) => {
      const { text } = await withCore(shell, ({ catalogue }) =>
        catalogue.customFrameworks.export(localOperator, id, csv ? 'csv' : 'yaml'),
      );
      await shell.write(text);
    });
}
