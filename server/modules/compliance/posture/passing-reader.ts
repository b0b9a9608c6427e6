import type { Clock } from '../../../platform/clock.js';
import type { TeamScope } from '../../../platform/database/collection.js';
import type { TeamCatalogues } from '../../catalogue/index.js';
import type { CheckMatches, CheckMatchesRepository } from '../../mapping/index.js';
import type { CheckTallies } from '../engine/check-tallies.js';
import type { CheckTalliesRepository } from '../engine/check-tallies.repository.js';
import { inputsByControl } from '../engine/control-inputs.rules.js';
import { readScoping } from '../scoping/read-scoping.js';
import type { ScopingRepository } from '../scoping/scoping.repository.js';
import { PassingResults } from './passing.rules.js';

/** Every match and every sum of results. */
export interface AllResults {
  matched: readonly CheckMatches[];
  tallied: readonly CheckTallies[];
}

export interface PassingReaderDeps {
  catalogues: TeamCatalogues;
  scoping: ScopingRepository;
  matches: CheckMatchesRepository;
  tallies: CheckTalliesRepository;
  clock: Clock;
}

/** Reads the shares of passing results while a run of the engine is storing what they are computed from. */
export class PassingReader {
  constructor(private readonly deps: PassingReaderDeps) {}

  /** `known`: what need not be read. */
  async read(team: TeamScope, known?: AllResults): Promise<PassingResults> {
    const { catalogues, scoping, matches, tallies, clock } = this.deps;
    const [catalogue, scopes, matched, tallied] = await Promise.all([
      catalogues.of(team),
      readScoping(scoping, team, []),
      known?.matched ?? matches.list(team),
      known?.tallied ?? tallies.list(team),
    ]);
    const now = clock.now().toISOString();
    const context = { checks: catalogue.checks, now, settings: scopes.settings };
    return new PassingResults(inputsByControl(matched, tallied, context), scopes);
  }
}
