import type { Command } from 'commander';
import { Tier } from '../../../contract/compliance.js';
import { plainIssue } from '../../../contract/plain-issue.js';
import { InvalidInputError } from '../../platform/errors.js';
import { EXIT } from '../exit-codes.js';
import { red } from '../output/style.js';
import type { Shell } from '../shell.js';

/** Characters of one line; a finding is some thousand. */
export const LONGEST_LINE = 1_000_000;
/** Mapped lines are written together, so that a pipe is not fed word by word. */
const WRITTEN_TOGETHER = 64 * 1024;

export function addMap(command: Command, shell: Shell): void {
  command
    .option('--tiers <list>', 'only what these tiers give, such as 1,2 or 3')
    .addHelpText(
      'after',
      '\nA line: {"id","tool","provider","checkId","title","description","risk","severity","service","resourceType"}, any may be missing.' +
        '\nTiers: 1 curated rules, 2 requirement ids that the tool states, 3 text, 4 the domain.',
    )
    .action(async ({ tiers }: { tiers?: string }) => {
      const wrong = await mapLines(shell.io.stdin, {
        tiers: tiers === undefined ? undefined : tiersFrom(tiers),
        write: (text) => shell.write(text),
        complain: (text) => shell.note(text),
      });
      if (wrong > 0) shell.exitCode = EXIT.failed;
    });
}

export interface MapOptions {
  tiers?: ReadonlySet<Tier>;
  write: (text: string) => Promise<void>;
  complain: (text: string) => void;
}

/** Answers line by line, in order. @returns how many lines could not be read */
export async function mapLines(
  input: AsyncIterable<Buffer | string>,
  { tiers, write, complain }: MapOptions,
): Promise<number> {
  const mapper = await createMapper(tiers);
  let wrong = 0;
  let waiting = '';
  for await (const { line, number } of linesOf(input)) {
    const answer = line === null ? `longer than ${LONGEST_LINE} characters` : mapper(line);
    if (typeof answer === 'string') {
      wrong += 1;
      complain(`${red('error:')} line ${number}: ${answer}`);
    } else if (answer !== null) {
      waiting += `${JSON.stringify(answer)}\n`;
    }
    if (waiting.length < WRITTEN_TOGETHER) continue;
    await write(waiting);
    waiting = '';
  }
  if (waiting !== '') await write(waiting);
  return wrong;
}

/** A line → what it leads to; a text: what is wrong with it; null: it is empty. No database is needed. */
async function createMapper(tiers: ReadonlySet<Tier> | undefined) {
  const [{ loadCatalogue }, { FindingMapper, MappableFinding }] = await Promise.all([
    import('../../modules/catalogue/common-controls/catalogue.js'),
    import('../../modules/mapping/matching/finding-mapper.js'),
  ]);
  const mapper = new FindingMapper(loadCatalogue(), { tiers });
  return (line: string) => {
    // Also takes away the byte order marks of files that were put together.
    const text = line.trim();
    if (text === '') return null;
    let data: unknown;
    try {
      data = JSON.parse(text);
    } catch {
      return 'not JSON';
    }
    const finding = MappableFinding.safeParse(data, { error: plainIssue });
    if (finding.success) return mapper.map(finding.data);
    const [issue] = finding.error.issues;
    const at = issue?.path.join('.') ?? '';
    return at === '' ? 'not a finding: an object is expected' : `${at}: ${issue?.message}`;
  };
}

/** Lines with their number from 1; null for one that is too long, of which no more is kept. */
async function* linesOf(
  input: AsyncIterable<Buffer | string>,
): AsyncGenerator<{ line: string | null; number: number }> {
  const decoder = new TextDecoder();
  let number = 1;
  let rest = '';
  let isTooLong = false;
  for await (const chunk of input) {
    rest += typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
    let from = 0;
    for (let end = rest.indexOf('\n'); end !== -1; end = rest.indexOf('\n', from)) {
      const isLong = isTooLong || end - from > LONGEST_LINE;
      yield { line: isLong ? null : rest.slice(from, end), number };
      isTooLong = false;
      number += 1;
      from = end + 1;
    }
    rest = rest.slice(from);
    if (rest.length > LONGEST_LINE) {
      isTooLong = true;
      rest = '';
    }
  }
  rest += decoder.decode();
  if (isTooLong || rest !== '') yield { line: isTooLong ? null : rest, number };
}

function tiersFrom(list: string): ReadonlySet<Tier> {
  const tiers = list.split(',').map((each) => Tier.safeParse(Number(each.trim() || 'none')));
  const known = tiers.flatMap((tier) => (tier.success ? [tier.data] : []));
  if (known.length === tiers.length) return new Set(known);
  throw new InvalidInputError(`--tiers ${list}: a list of 1, 2, 3 and 4, such as 1,2`, {
    usage: true,
  });
}
