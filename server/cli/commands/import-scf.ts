import type { Command } from 'commander';
import type { ScfChanges, ScfPreview, ScfRelease, ScfStatus } from '../../../contract/scf.js';
import { localOperator } from '../../platform/auth/actor.js';
import { importProgress } from '../output/progress.js';
import { bold, cyan, dim, number, red } from '../output/style.js';
import { table } from '../output/table.js';
import { wrap } from '../output/wrap.js';
import type { Shell } from '../shell.js';
import { usageError } from '../usage-error.js';
import { type Work, withCore } from '../with-core.js';

interface Options {
  preview?: boolean;
  status?: boolean;
  yes?: boolean;
  force?: boolean;
  json?: boolean;
}

export function addImportScf(command: Command, shell: Shell): void {
  command
    .argument('[file]', 'the official workbook, .xlsx')
    .option('--preview', 'show what the import would change without changing anything')
    .option('--status', 'show which releases are stored and which is active')
    .option('--yes', 'import without confirmation')
    .option('--force', 'import even if the release is older than the active one')
    .option('--json', 'print one JSON document')
    .action(async (file: string | undefined, options: Options) => {
      if (options.status) return showStatus(shell, options);
      if (file === undefined) throw usageError('name the workbook or use --status');
      if (options.preview) return preview(shell, file, options);
      return importFile(shell, file, options);
    });
}

async function preview(shell: Shell, file: string, { json }: Options): Promise<void> {
  const found = await withCore(shell, (core) =>
    withProgress(shell, file, (onProgress) =>
      scfOf(core).compare(localOperator, { path: shell.io.path(file), onProgress }),
    ),
  );
  // Nothing was stored, so the release has no id.
  const { id: _, ...release } = found.release;
  if (json) shell.printJson({ ...found, release });
  else showPreview(shell, found);
}

async function importFile(
  shell: Shell,
  file: string,
  { json, yes, force }: Options,
): Promise<void> {
  const done = await withCore(shell, async (core) => {
    const scf = scfOf(core);
    const found = await withProgress(shell, file, (onProgress) =>
      scf.stage(localOperator, { path: shell.io.path(file), onProgress }),
    );
    if (!yes && !found.release.isCurrent) {
      if (json || !shell.io.stdin.isTTY || !shell.io.stdout.isTTY) {
        throw usageError('use --yes to import, or --preview to see the changes');
      }
      showPreview(shell, found);
      if (!(await agreed(shell, 'Import this release? [y/N] '))) return null;
    }
    const status = await scf.import(localOperator, found.release.id, { force });
    return { ...status, changes: found.changes };
  });
  if (done === null) shell.print('Nothing was imported.');
  else if (json) shell.printJson(done);
  else {
    const release = done.current?.release ?? '';
    shell.print(
      done.changed
        ? `Release ${bold(release)} is active. ${sentence(done.changes)}`
        : `Release ${bold(release)} is already active; nothing changed.`,
    );
    showAttribution(shell, done);
  }
}

async function showStatus(shell: Shell, { json }: Options): Promise<void> {
  const { status, releases } = await withCore(shell, async (core) => ({
    status: await scfOf(core).status(localOperator),
    releases: (await scfOf(core).releases(localOperator, 200)).items,
  }));
  if (json) {
    shell.printJson({ ...status, releases });
    return;
  }
  if (releases.length === 0) {
    shell.print('No release of the SCF is stored. Import one: cspm import-scf <file.xlsx>');
    return;
  }
  const figure = { align: 'right' } as const;
  shell.print(
    table(
      [
        { title: 'Release' },
        { title: 'State' },
        { title: 'Controls', ...figure },
        { title: 'Frameworks', ...figure },
        { title: 'Imported' },
        { title: 'File', grows: 1 },
      ],
      releases.map((item) => [
        { text: item.release, paint: cyan },
        stateOf(item),
        number(item.counts.controls),
        number(item.counts.frameworks),
        item.importedAt?.slice(0, 10) ?? '',
        item.fileName,
      ]),
      shell.width,
    ),
  );
  showAttribution(shell, status);
}

function stateOf({ isCurrent, state }: ScfRelease): string {
  if (isCurrent) return 'active';
  return state === 'ready' ? 'stored' : 'previewed';
}

function showPreview(shell: Shell, { release, changes, attribution }: ScfPreview): void {
  const { counts, warnings, warningsTotal } = release;
  shell.print(`${bold(`SCF ${release.release}`)}  ${dim(`sha256 ${release.sha256}`)}`);
  shell.print(
    `${number(counts.controls)} controls, ${number(counts.objectives)} objectives, ${number(counts.frameworks)} frameworks with ${number(counts.requirements)} requirement ids`,
  );
  const against = changes.since === null ? 'No release is active' : `Against ${changes.since}`;
  shell.print(`${against}: ${sentence(changes)}`);
  if (changes.isOlder) {
    shell.print(red(`This release is older than ${changes.since}; importing it needs --force.`));
  }
  const { added, removed, renamed, reworded } = changes.controls;
  const lines =
    changes.since === null
      ? []
      : [
          ...removed.items.map(({ id, title }) => ['removed', id, title]),
          ...renamed.items.map(({ id, from, to }) => ['renamed', id, `${from} → ${to}`]),
          ...added.items.map(({ id, title }) => ['added', id, title]),
          ...reworded.items.map(({ id, title }) => ['reworded', id, title]),
        ];
  const most = 40;
  if (lines.length > 0) {
    const columns = [{ title: 'Change' }, { title: 'Control' }, { title: 'Title', grows: 1 }];
    shell.print(`\n${table(columns, lines.slice(0, most), shell.width)}`);
  }
  if (lines.length > most)
    shell.print(dim(`and ${number(lines.length - most)} more (--json has all)`));
  if (warningsTotal > 0) {
    const columns = [{ title: 'Sheet' }, { title: 'Place' }, { title: 'Problem', grows: 1 }];
    const rows = warnings
      .slice(0, 20)
      .map(({ sheet, row, column, text }) => [sheet, `${column ?? ''}${row ?? ''}`, text]);
    shell.print(`\n${table(columns, rows, shell.width)}`);
    const more = warningsTotal - rows.length;
    if (more > 0) shell.print(dim(`and ${number(more)} more`));
  }
  showAttribution(shell, { attribution });
}

function sentence({ controls, frameworks }: ScfChanges): string {
  const part = (what: ScfChanges['controls'] | ScfChanges['frameworks']) =>
    Object.entries(what)
      .filter(([name]) => name !== 'unchanged')
      .map(([name, { total }]) => `${number(total)} ${name}`)
      .join(', ');
  return `controls: ${part(controls)}; frameworks: ${part(frameworks)}.`;
}

function showAttribution(shell: Shell, { attribution }: Pick<ScfStatus, 'attribution'>): void {
  if (!attribution) return;
  for (const line of wrap(attribution.text, shell.width)) shell.print(dim(line));
}

async function withProgress<T>(
  shell: Shell,
  file: string,
  work: (onProgress: (step: string, fraction: number) => void) => Promise<T>,
): Promise<T> {
  const bar = importProgress(shell, file);
  try {
    return await work((status, progress) => bar.show({ status, progress }));
  } finally {
    bar.stop();
  }
}

async function agreed(shell: Shell, question: string): Promise<boolean> {
  const { createInterface } = await import('node:readline/promises');
  const asked = createInterface({ input: shell.io.stdin, output: shell.io.stdout });
  try {
    return /^y(es)?$/i.test((await asked.question(question)).trim());
  } finally {
    asked.close();
  }
}

function scfOf({ catalogue }: Work) {
  return catalogue.scf.imports;
}
