import type { Platform } from '../../../platform/platform.js';
import type { AutonomousComplianceEngine } from './autonomous-compliance-engine.js';
import type { EngineChecksRepository } from './engine-checks.repository.js';

const MAX_NAMED = 20;

export interface StateVerificationDeps
  extends Pick<Platform, 'audit' | 'metrics' | 'log' | 'clock'> {
  engine: Pick<AutonomousComplianceEngine, 'verify'>;
  checks: EngineChecksRepository;
}

/** Compares a team's stored control states with a full computation. */
export class StateVerification {
  constructor(private readonly deps: StateVerificationDeps) {}

  /** Repairs wrong states, reports them in the log, the metrics and the audit trail, and returns a summary. */
  async verify(teamId: string): Promise<string | null> {
    const { engine, checks, audit, metrics, log, clock } = this.deps;
    const found = await engine.verify({ teamId });
    if (!found) return null;
    const first = found.slice(0, MAX_NAMED);
    const at = clock.now().toISOString();
    await checks.record({ teamId }, { at, wrong: found.length, states: first });
    if (found.length === 0) return null;
    metrics.engineDiverged(found.length);
    log.error({ teamId, controls: first }, 'control states were wrong');
    const controls = Object.fromEntries(
      first.map(({ controlId, scopeId, stored, computed }) => [
        scopeId ? `${controlId} in scope ${scopeId}` : controlId,
        { stored, computed },
      ]),
    );
    const details = { count: found.length, controls };
    await audit.record({ teamId, userId: 'system' }, 'compliance.drift_found', teamId, details);
    const named = found
      .slice(0, 3)
      .map(({ controlId, stored, computed }) => `${controlId} (${stored}; is ${computed})`);
    const count =
      found.length === 1 ? '1 control state was' : `${found.length} control states were`;
    return `${count} wrong in the team ${teamId}, and corrected: ${named.join(', ')}`;
  }
}
