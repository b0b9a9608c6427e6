import type { TeamScope } from '../../../platform/database/collection.js';
import { NotFoundError } from '../../../platform/errors.js';
import type { TeamCatalogues } from '../../catalogue/index.js';
import type { CheckMatchesRepository } from '../../mapping/index.js';
import type { Account, ControlChecks, EvidenceService } from '../../security-scans/index.js';
import { decides } from '../engine/evidence.rules.js';
import { accountOf } from '../engine/tallies.rules.js';
import { readScoping } from '../scoping/read-scoping.js';
import type { ScopingRepository } from '../scoping/scoping.repository.js';

/** By which results a control is judged, so that lists of findings and counts of the engine agree. */
export class JudgedResults implements ControlChecks {
  constructor(
    private readonly deps: {
      catalogues: TeamCatalogues;
      matches: CheckMatchesRepository;
      scoping: ScopingRepository;
      evidence: Pick<EvidenceService, 'accounts'>;
    },
  ) {}

  async ofControls(team: TeamScope, controlIds: readonly string[], related: boolean) {
    const { catalogues, matches } = this.deps;
    const { controls } = await catalogues.all(team);
    const unknown = controlIds.find((id) => !controls.has(id));
    if (unknown !== undefined) {
      throw new NotFoundError(`no such control: ${unknown}`, { controlId: unknown });
    }
    const found = await matches.ofControls(team, controlIds);
    return found.flatMap(({ tool, checkId, matches: its }) => {
      const own = its.filter(({ controlId }) => controlIds.includes(controlId));
      const isDeciding = own.some(({ reason }) => decides({ match: reason }));
      return own.length > 0 && isDeciding !== related ? [{ tool, checkId }] : [];
    });
  }

  async inFramework(team: TeamScope, frameworkId: string): Promise<Account[] | null> {
    const { catalogues, scoping, evidence } = this.deps;
    const { frameworks } = await catalogues.all(team);
    if (!frameworks.has(frameworkId)) throw new NotFoundError('no such framework', { frameworkId });
    const { scopes, scopeOf } = await readScoping(scoping, team, []);
    const scopeId = scopeOf(frameworkId);
    if (scopeId === '') return null;
    const scope = scopes.find(({ id }) => id === scopeId);
    const seen = await evidence.accounts(team);
    return seen.filter((account) => scope?.includes(accountOf(account)));
  }
}
