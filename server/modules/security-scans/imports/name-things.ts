import type { StatedCoverage } from '../../../../contract/security-scans.js';
import type { TeamScope } from '../../../platform/database/collection.js';
import type {
  HiddenPart,
  ReportFacts,
  ReportPlace,
  ReportRow,
} from '../../../scanners/rows/report.js';
import { ownName, TargetNames } from '../../../scanners/rows/scanned-thing.js';
import type { ResultStores } from '../check-results/result-stores.js';
import { KnownNames } from './adopt-known.js';
import type { ImportsRepository } from './imports.repository.js';

/** Reports read by former versions gave accounts names that other things may have, too. */
const APART_SINCE = 6;

interface Named {
  team: TeamScope;
  fileName: string;
  target: string | null;
  coverage: StatedCoverage | null;
  /** Given by a scan of ours, which knows what it scanned. */
  assess?: unknown;
}

/** Names what a report is about: first what was scanned, then as the team's results have it already. */
export function createNames(
  { stores, imports }: { stores: ResultStores; imports: Pick<ImportsRepository, 'get'> },
  { team, fileName, target, coverage, assess }: Named,
) {
  const things = assess ? null : new TargetNames(target, fileName, coverage === 'complete');
  const known = new KnownNames(stores, team, async (importId, account) => {
    const last = await imports.get(team, importId);
    if (!last || ownName(last.fileName) !== ownName(fileName)) return false;
    return last.readerVersion < APART_SINCE || (last.keptAccounts ?? []).includes(account);
  });
  return {
    rows: (rows: readonly ReportRow[]) => known.adopt(things ? things.rows(rows) : rows),
    async facts(facts: ReportFacts | undefined) {
      if (!facts) return facts;
      const all = facts.hidden ?? [];
      const located = all.filter(({ part }) => part.accountId !== undefined);
      const stated = [...facts.places, ...located.map(({ part }) => placeOfPart(part))];
      const places = things ? things.places(stated) : stated;
      const named = (await known.adoptPlaces({ ...facts, places }))?.places ?? places;
      const hidden = located.map((item, n) => {
        const { tool, provider, accountId } = named[facts.places.length + n] ?? {};
        return { ...item, part: { ...item.part, tool, provider, accountId } };
      });
      // A part of no account is a part of all of them.
      const everywhere = all.filter(({ part }) => part.accountId === undefined);
      return {
        ...facts,
        places: named.slice(0, facts.places.length),
        hidden: [...hidden, ...everywhere],
      };
    },
    /** Once the report is read. */
    outcome() {
      const guesses = [...(things?.guesses ?? [])];
      const vague = things?.isVague ? ', and none that it lacks counts as gone' : '';
      const notes = guesses.map(([stated, name]) => {
        const isKept = [...known.kept].some((account) => account.endsWith(`/${stated}`));
        return noteOfGuess(stated, isKept ? stated : name, fileName) + vague + HOW_TO_NAME;
      });
      for (const [account, stored] of known.joined) {
        notes.push(`${account} is stored as ${stored}, under which it was known before.`);
      }
      for (const [path, name] of things?.folders ?? []) {
        if (known.joined.has(name)) continue;
        notes.push(`The folder ${path} is stored under its own name, “${name}”${HOW_TO_NAME}`);
      }
      if (things?.isTargetUnused) {
        notes.push(`The report names what was scanned, so “${target}” is not used.`);
      }
      return { notes, keptAccounts: [...known.kept], isNameGuessed: guesses.length > 0 };
    },
  };
}

function placeOfPart({
  tool = '',
  provider = '',
  accountId = '',
  ...part
}: HiddenPart): ReportPlace {
  return { ...part, tool, provider, accountId };
}

const HOW_TO_NAME = '. Name the target when you import it (--target).';

function noteOfGuess(stated: string, name: string, fileName: string): string {
  const what = stated === '' ? '' : ` (“${stated}” may be anything)`;
  const stored =
    name === stated
      ? `its results stay where earlier reports named ${fileName} are`
      : `its results are stored under “${name}”, after the file`;
  return `The report does not say what was scanned${what}: ${stored}`;
}
