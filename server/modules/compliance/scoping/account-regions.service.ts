import type { AccountRegions } from '../../../../contract/account-regions.js';
import { regionExample, regionOf } from '../../../../contract/regions.js';
import type { Audit } from '../../../platform/audit/audit.js';
import type { Actor } from '../../../platform/auth/actor.js';
import type { Clock } from '../../../platform/clock.js';
import type { TeamScope } from '../../../platform/database/collection.js';
import { InvalidInputError, NotFoundError } from '../../../platform/errors.js';
import type { Account, EvidenceService } from '../../security-scans/index.js';
import type { AutonomousComplianceEngine } from '../engine/autonomous-compliance-engine.js';
import { accountOf } from '../engine/tallies.rules.js';
import { compareRegions, seenByAccount } from './regions.rules.js';
import type { ScopingRepository } from './scoping.repository.js';

export interface AccountRegionsDeps {
  scoping: ScopingRepository;
  evidence: Pick<EvidenceService, 'inScope'>;
  engine: Pick<AutonomousComplianceEngine, 'catchUp' | 'expect'>;
  audit: Audit;
  clock: Clock;
}

const MAX_ACCOUNTS = 20_000;

/** The regions that accounts use, as the team states them. Every change re-evaluates all controls. */
export class AccountRegionsService {
  constructor(private readonly deps: AccountRegionsDeps) {}

  /** Throws NotFoundError when the provider's results name no regions. */
  async get(team: TeamScope, { provider, accountId }: Account): Promise<AccountRegions> {
    const { scoping, evidence } = this.deps;
    if (regionExample(provider) === null) {
      throw new NotFoundError(`results of ${provider} name no regions`, { provider });
    }
    const account = accountOf({ provider, accountId });
    const [all, places] = await Promise.all([scoping.regions(team), evidence.inScope(team)]);
    const stated = all.find((each) => each.account === account);
    const seen = [...(seenByAccount(places).get(account) ?? [])];
    const { without, notListed } = compareRegions(stated?.regions ?? [], seen);
    return {
      ...{ account, provider, accountId, seen },
      inUse: stated?.regions ?? null,
      missing: without,
      notListed: stated ? notListed : [],
      changedBy: stated?.changedBy ?? null,
      changedAt: stated?.changedAt ?? null,
    };
  }

  /** Throws InvalidInputError when one of them is no region of the provider. */
  async state(
    actor: Actor,
    { provider, accountId }: Account,
    given: readonly string[],
  ): Promise<AccountRegions> {
    const { scoping, engine, audit, clock } = this.deps;
    if (regionExample(provider) === null) {
      throw invalid('params.provider', `is ${provider}, whose results name no regions`);
    }
    const before = await this.get(actor, { provider, accountId });
    const regions = [...new Set(given.map((text, at) => regionIn(provider, text, at)))].sort();
    const { account, inUse } = before;
    if (inUse === null && (await scoping.regions(actor)).length >= MAX_ACCOUNTS) {
      throw invalid('body', `the regions of ${MAX_ACCOUNTS} accounts are stated already`);
    }
    const changedAt = clock.now().toISOString();
    const stated = { account, provider, accountId, regions, changedBy: actor.name, changedAt };
    await engine.expect(actor);
    await scoping.putRegions(actor, stated);
    const details = { before: inUse, regions };
    await audit.record(actor, 'compliance.account_regions_changed', account, details);
    await engine.catchUp(actor);
    return this.get(actor, { provider, accountId });
  }

  /** Idempotent: then it is unknown again which regions the account uses. */
  async clear(actor: Actor, named: Account): Promise<AccountRegions> {
    const { scoping, engine, audit } = this.deps;
    const { account, inUse } = await this.get(actor, named);
    await engine.expect(actor);
    if (await scoping.removeRegions(actor, account)) {
      await audit.record(actor, 'compliance.account_regions_cleared', account, { before: inUse });
      await engine.catchUp(actor);
    }
    return this.get(actor, named);
  }
}

function regionIn(provider: string, text: string, at: number): string {
  const region = regionOf(provider, text);
  if (region !== null) return region;
  throw invalid(`body.regions.${at}`, `must look like ${regionExample(provider)}`);
}

function invalid(path: string, message: string): InvalidInputError {
  return new InvalidInputError(`${path}: ${message}`, { errors: [{ path, message }] });
}
