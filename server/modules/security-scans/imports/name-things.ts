import type { TeamScope } from '../../../platform/database/collection.js';
import type { ReportFacts, ReportRow } from '../../../scanners/rows/report.js';
import { ownName, ThingNames } from '../../../scanners/rows/scanned-thing.js';
import type { ResultStores } from '../check-results/result-stores.js';
import { KnownNames } from './adopt-known.js';
import type { ImportsRepository } from './imports.repository.js';

/** Reports read by former versions gave accounts names that other things may have, too. */
const APART_SINCE = 6;

interface Named {
  team: TeamScope;
  fileName: string;
  target: string | null;
  /** Given by a scan of ours, which knows what it scanned. */
  assess?: unknown;
}

/** Names what a report is about: first what was scanned, then as the team's results have it already. */
export function createNames(
  { stores, imports }: { stores: ResultStores; imports: Pick<ImportsRepository, 'get'> },
  { team, fileName, target, assess }: Named,
) {
  const things = assess ? null : new ThingNames(target, fileName);
  const known = new KnownNames(stores, team, async (importId, account) => {
    const last = await imports.get(team, importId);
    if (!last || ownName(last.fileName) !== ownName(fileName)) return false;
    return last.readerVersion < APART_SINCE || (last.keptAccounts ?? []).includes(account);
  });
  return {
    rows: (rows: readonly ReportRow[]) => known.adopt(things ? things.rows(rows) : rows),
    facts: (facts: ReportFacts | undefined) =>
      known.adoptPlaces(
        facts && things ? { ...facts, places: things.places(facts.places) } : facts,
      ),
    /** Once the report is read. */
    outcome() {
      const guesses = [...(things?.guesses ?? [])];
      const notes = guesses.map(([stated, name]) => {
        const isKept = [...known.kept].some((account) => account.endsWith(`/${stated}`));
        return noteOfGuess(stated, isKept ? stated : name, fileName);
      });
      if (things?.isTargetUnused) {
        notes.push(`The report names what was scanned, so “${target}” is not used.`);
      }
      return { notes, keptAccounts: [...known.kept], isNameGuessed: guesses.length > 0 };
    },
  };
}

function noteOfGuess(stated: string, name: string, fileName: string): string {
  const what = stated === '' ? '' : ` (“${stated}” may be anything)`;
  const stored =
    name === stated
      ? `its results stay where earlier reports named ${fileName} are`
      : `its results are stored under “${name}”, after the file`;
  return `The report does not say what was scanned${what}: ${stored}, and none that it lacks counts as gone. Name the target when you import it (--target).`;
}
