import type { Command } from 'commander';
import { Tier } from '../../../contract/compliance.js';
import { plainIssue } from '../../../contract/plain-issue.js';
import { InvalidInputError } from '../../platform/errors.js';
import { EXIT } from '../exit-codes.js';
import { red } from '../output/style.js';
import type { Shell } from '../shell.js';

/** In characters; a typical finding has a few thousand. */
export const MAX_LINE_LENGTH = 1_000_000;
/** Lines are written in batches of this size. */
const WRITE_BYTES = 64 * 1024;

export function addMap(command: Command, shell: Shell): void {
  command
    .option('--tiers <list>', 'use only these tiers, e.g. 1,2 or 3')
    .addHelpText(
      'after',
      '\nEach line: {"id","tool","provider","checkId","title","description","risk","severity","service","resourceType"}, every field is optional.' +
        '\nTiers: 1 curated rules, 2 requirement ids stated by the tool, 3 text, 4 the domain.',
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

/** Maps line by line, in order. @returns the number of invalid lines */
export async function mapLines(
  input: AsyncIterable<Buffer | string>,
  { tiers, write, complain }: MapOptions,
): Promise<number> {
  const mapper = await createMapper(tiers);
  let wrong = 0;
  let waiting = '';
  for await (const { line, number } of linesOf(input)) {
    const answer = line === null ? `longer than ${MAX_LINE_LENGTH} characters` : mapper(line);
    if (typeof answer === 'string') {
      wrong += 1;
      complain(`${red('error:')} line ${number}: ${answer}`);
    } else if (answer !== null) {
      waiting += `${JSON.stringify(answer)}\n`;
    }
    if (waiting.length < WRITE_BYTES) continue;
    await write(waiting);
    waiting = '';
  }
  if (waiting !== '') await write(waiting);
  return wrong;
}

/** Maps one line without a database. Returns an error text for an invalid line, null for an empty one. */
async function createMapper(tiers: ReadonlySet<Tier> | undefined) {
  const [{ loadCatalogue }, { FindingMapper, MappableFinding }] = await Promise.all([
    import('../../modules/catalogue/common-controls/catalogue.js'),
    import('../../modules/mapping/matching/finding-mapper.js'),
  ]);
  const mapper = new FindingMapper(loadCatalogue(), { tiers });
  return (line: string) => {
    // Also removes byte order marks of concatenated files.
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

/** Lines numbered from 1; null for a line over the limit, which is not buffered. */
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
      const isLong = isTooLong || end - from > MAX_LINE_LENGTH;
      yield { line: isLong ? null : rest.slice(from, end), number };
      isTooLong = false;
      number += 1;
      from = end + 1;
    }
    rest = rest.slice(from);
    if (rest.length > MAX_LINE_LENGTH) {
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
  throw new InvalidInputError(`--tiers ${list}: must be a list of 1, 2, 3 and 4, e.g. 1,2`, {
    usage: true,
  });
}
