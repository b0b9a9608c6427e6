import { type Command, InvalidArgumentError } from 'commander';
import {
  type AvailableFramework,
  chooseFramework,
  listAvailableFrameworks,
} from '../../../contract/compliance.js';
import {
  chooseScfFramework,
  listScfFrameworks,
  type ScfFrameworkSummary,
} from '../../../contract/scf.js';
import { librariesTable, scfFrameworksTable } from '../output/library-tables.js';
import type { Api } from '../remote/api.js';
import { withApi } from '../remote/with-api.js';
import type { Shell } from '../shell.js';
import { usageError } from '../usage-error.js';

interface Json {
  json?: boolean;
}
const JSON_OPTION = ['--json', 'print one JSON document'] as const;
/** Id prefix of frameworks from the user's copy of the SCF. */
const SCF = 'scf:';
const SCF_PAGE = 200;

/** Activation of frameworks. */
export function addFrameworksChoice(frameworks: Command, shell: Shell): void {
  frameworks
    .command('available')
    .description('list all available frameworks, active or not')
    .option(
      '--scf [words]',
      'list frameworks mapped by your copy of the SCF instead, with these words in the name',
    )
    .option(...JSON_OPTION)
    .action(async ({ scf }: { scf?: string | true }, command: Command) => {
      const { json } = command.optsWithGlobals<Json>();
      if (scf) return showScf(shell, scf === true ? undefined : scf, json);
      const { items } = await withApi(shell, (api) => api.call(listAvailableFrameworks));
      shell.print(
        json ? JSON.stringify({ frameworks: items }, null, 2) : librariesTable(items, shell.width),
      );
    });
  for (const [name, active] of [
    ['activate', true],
    ['deactivate', false],
  ] as const) {
    const command = frameworks
      .command(name)
      .description(`${name} frameworks${active ? '' : '; their attestations are kept'}`)
      .argument('<id...>', 'slugs (cspm frameworks available lists them)')
      .option(...JSON_OPTION);
    if (active) command.option('--target <score>', 'the target score, 0 to 100', scoreFrom);
    command.action(async (ids: string[], { target }: { target?: number }, own: Command) => {
      const changed = await withApi(shell, async (api) => {
        await requireKnown(api, ids);
        const done: Chosen[] = [];
        for (const id of ids) done.push(await choose(api, id, active, target));
        return done;
      });
      const { json } = own.optsWithGlobals<Json>();
      if (json) shell.printJson({ frameworks: changed });
      else for (const item of changed) shell.print(`${item.id}: ${choiceText(item)}`);
    });
  }
}

/** One line about a framework after its activation changed. */
export function choiceText({ active, targetScore }: Chosen): string {
  if (!active) return 'not active';
  return targetScore === undefined ? 'active' : `active, target score ${targetScore}`;
}

type Chosen = Pick<AvailableFramework, 'id' | 'active'> & { targetScore?: number };

async function requireKnown(api: Api, ids: readonly string[]): Promise<void> {
  const { items } = await api.call(listAvailableFrameworks);
  const unknown = ids.filter((id) => !id.startsWith(SCF) && !items.some((item) => item.id === id));
  if (unknown.length === 0) return;
  const hint = 'cspm frameworks available lists them, with --scf those of your copy of the SCF';
  throw usageError(`unknown framework ${unknown.join(', ')}; ${hint}`);
}

async function choose(
  api: Api,
  id: string,
  active: boolean,
  targetScore: number | undefined,
): Promise<Chosen> {
  const params = { frameworkId: id };
  const choice = { params, body: { active, targetScore } };
  if (!id.startsWith(SCF)) return api.call(chooseFramework, choice);
  const chosen = await api.call(chooseScfFramework, { params, body: { active } });
  return active ? api.call(chooseFramework, choice) : chosen;
}

async function showScf(
  shell: Shell,
  words: string | undefined,
  json: boolean | undefined,
): Promise<void> {
  const { items, attribution } = await withApi(shell, async (api) => {
    const found: ScfFrameworkSummary[] = [];
    const pageAfter = (cursor?: string) =>
      api.call(listScfFrameworks, { query: { q: words, limit: SCF_PAGE, cursor } });
    let page = await pageAfter();
    found.push(...page.items);
    while (page.nextCursor !== null) {
      page = await pageAfter(page.nextCursor);
      found.push(...page.items);
    }
    return { items: found, attribution: page.attribution };
  });
  if (json) shell.printJson({ frameworks: items, attribution });
  else if (!attribution) {
    shell.print('No SCF release is imported: run cspm import-scf <workbook>');
  } else if (items.length === 0) shell.print(`No SCF framework has “${words}” in its name.`);
  else shell.print(scfFrameworksTable(items, attribution, shell.width));
}

function scoreFrom(text: string): number {
  const score = Number(text);
  if (text.trim() !== '' && score >= 0 && score <= 100) return score;
  throw new InvalidArgumentError('must be a number from 0 to 100.');
}
