import { isIP } from 'node:net';
import type { OwnTargets } from '../../../../contract/scan-operations.js';
import type { Audit } from '../../../platform/audit/audit.js';
import type { Actor } from '../../../platform/auth/actor.js';
import type { Clock } from '../../../platform/clock.js';
import type { TeamScope } from '../../../platform/database/collection.js';
import { InvalidInputError } from '../../../platform/errors.js';
import type { OwnTargetsRepository } from './own-targets.repository.js';

export interface OwnTargetsDeps {
  ownTargets: OwnTargetsRepository;
  audit: Audit;
  clock: Clock;
}

/** Targets that the team declared as its own: only these private addresses are scanned, and only these hosts are attacked. */
export class OwnTargetsService {
  constructor(private readonly deps: OwnTargetsDeps) {}

  async get(scope: TeamScope): Promise<OwnTargets> {
    const { ranges, names } = (await this.deps.ownTargets.get(scope)) ?? { ranges: [], names: [] };
    return { ranges, names };
  }

  async put(actor: Actor, { ranges, names }: OwnTargets): Promise<OwnTargets> {
    const { ownTargets, audit, clock } = this.deps;
    for (const range of ranges) requireRange(range);
    const own = { ranges: [...new Set(ranges)], names: [...new Set(names)] };
    await ownTargets.put(actor, { ...own, changedAt: clock.now().toISOString() });
    await audit.record(actor, 'own_targets.changed', actor.teamId, {
      ranges: own.ranges.length,
      names: own.names.length,
    });
    return own;
  }
}

function requireRange(range: string): void {
  const [base = '', bits] = range.split('/');
  const version = isIP(base);
  const width = version === 4 ? 32 : 128;
  const length = bits === undefined ? width : Number(bits);
  if (version === 0 || length > width) {
    throw new InvalidInputError(`${range} is neither an address nor a range such as 10.0.0.0/8`);
  }
  if (length < 8) throw new InvalidInputError(`${range} is too wide to be one team's own`);
}
