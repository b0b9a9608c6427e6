import type { ForwardTarget } from '../../../../contract/audit-forwards.js';
import type { Audit } from '../../../platform/audit/audit.js';
import { INSTALLATION } from '../../../platform/auth/actor.js';
import type { Clock } from '../../../platform/clock.js';
import type { TeamScope } from '../../../platform/database/collection.js';
import type { Leases } from '../../../platform/leases/leases.js';
import type { Logger } from '../../../platform/log/structured-logging.js';
import { isOutage } from '../../../platform/outages/outage.js';
import type { AuditForwardsRepository, StoredForward } from './audit-forwards.repository.js';
import type { ForwardSender } from './forward-sender.js';

export interface ForwardTrailDeps {
  forwards: AuditForwardsRepository;
  audit: Pick<Audit, 'after' | 'lastSeq'>;
  sender: Pick<ForwardSender, 'send'>;
  open: (forward: StoredForward) => Promise<ForwardTarget>;
  platform: { clock: Clock; leases: Leases; log: Logger };
}

/** Entries per message, and bytes of them: a receiver must take a message whole. */
const MAX_ENTRIES = 100;
const MAX_BYTES = 100_000;
/** Per run: the next one goes on, so that one team does not keep a worker. */
const MAX_MESSAGES = 50;
const RETRY_MS = 15_000;
const MAX_RETRY_MS = 10 * 60_000;

/** Of a team's forwards only one process sends. */
export const forwardLease = ({ teamId }: TeamScope) => `audit-forward/${teamId}`;

/**
 * Sends what was recorded since the last entry that arrived. That entry's number is stored after each message, so
 * after a crash the last message is sent again, and none is left out.
 */
export class ForwardTrail {
  constructor(private readonly deps: ForwardTrailDeps) {}

  /** The teams with a forward that has something to send now. */
  async teamsBehind(): Promise<string[]> {
    const now = this.deps.platform.clock.now().toISOString();
    const due = (await this.deps.forwards.all()).filter(
      ({ enabled, notBefore }) => enabled && (notBefore === null || notBefore <= now),
    );
    const found = new Set<string>();
    for (const forward of due) {
      if ((await this.waiting(forward)) > 0) found.add(forward.teamId);
    }
    return [...found];
  }

  async waiting({ sentSeq, ...forward }: StoredForward): Promise<number> {
    return Math.max(0, (await this.deps.audit.lastSeq(trailOf(forward))) - sentSeq);
  }

  /** Sends for all of a team's forwards, or for one of them even if it is not due yet. */
  async send(team: TeamScope, only?: string, signal?: AbortSignal): Promise<void> {
    await this.deps.platform.leases.hold(forwardLease(team), async () => {
      const now = this.deps.platform.clock.now().toISOString();
      for (const forward of await this.deps.forwards.list(team)) {
        const { id, enabled, notBefore } = forward;
        const isDue = only === undefined ? notBefore === null || notBefore <= now : id === only;
        if (enabled && isDue) await this.#sendAll(forward, signal);
      }
    });
  }

  async #sendAll(forward: StoredForward, signal?: AbortSignal): Promise<void> {
    const { forwards, audit, platform } = this.deps;
    let { sentSeq } = forward;
    for (let message = 0; message < MAX_MESSAGES && !signal?.aborted; message += 1) {
      const found = await audit.after(trailOf(forward), sentSeq, MAX_ENTRIES);
      const entries = firstBytes(found);
      const last = entries.at(-1)?.seq;
      if (last === undefined) return;
      const at = platform.clock.now();
      const isSent = await this.#sendOne(forward, { forwardId: forward.id, entries, at });
      if (!isSent) return;
      sentSeq = last;
      await forwards.change(forward, forward.id, {
        ...{ sentSeq, lastSentAt: at.toISOString(), failures: 0 },
        ...{ notBefore: null, failingSince: null, problem: null },
      });
    }
  }

  /** False when the receiver did not accept it, which is recorded. */
  async #sendOne(
    forward: StoredForward,
    batch: Parameters<ForwardSender['send']>[1],
  ): Promise<boolean> {
    const { forwards, sender, open, platform } = this.deps;
    const { id, teamId, kind, destination } = forward;
    try {
      await sender.send(await open(forward), batch);
      if (forward.failingSince)
        platform.log.info({ id, teamId, kind }, 'audit forwarding works again');
      return true;
    } catch (error) {
      if (isOutage(error)) throw error;
      const problem = (error instanceof Error ? error.message : String(error)).slice(0, 500);
      const failures = forward.failures + 1;
      const waitMs = Math.min(RETRY_MS * 2 ** (failures - 1), MAX_RETRY_MS);
      if (!forward.failingSince) {
        platform.log.warn({ id, teamId, kind, destination, problem }, 'audit forwarding failed');
      }
      await forwards.change(forward, id, {
        ...{ failures, problem, failingSince: forward.failingSince ?? batch.at.toISOString() },
        notBefore: new Date(batch.at.getTime() + waitMs).toISOString(),
      });
      return false;
    }
  }
}

function trailOf({ trail, teamId }: Pick<StoredForward, 'trail' | 'teamId'>): TeamScope {
  return trail === 'installation' ? INSTALLATION : { teamId };
}

/** The first of them that fit into a message, at least one. */
function firstBytes<T>(entries: readonly T[]): T[] {
  let bytes = 0;
  const fits = (entry: T, at: number) => {
    bytes += Buffer.byteLength(JSON.stringify(entry));
    return at === 0 || bytes <= MAX_BYTES;
  };
  const end = entries.findIndex((entry, at) => !fits(entry, at));
  return entries.slice(0, end < 0 ? entries.length : end);
}
