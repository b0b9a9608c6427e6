import { setTimeout as sleep } from 'node:timers/promises';
import {
  environmentHolds,
  factsOf,
  memoryOf,
  type ProcessFacts,
  processIds,
  startOf,
} from '../../platform/data-folder/process-table.js';

const FORGET_MS = 5_000;
const END_WITHIN_MS = 3_000;

/**
 * All processes that a tool started, also those that left its process group: they are known by their
 * session, their parents, or the run's name that stands in the environment they inherited.
 */
export class ProcessFamily {
  /** Known not to belong to it; a process belongs from its start, so each is checked once. */
  #strangers: Set<number>;
  #lookedAt = 0;
  #known = new Set<number>();
  readonly #leaderStart: string | null;

  /** `leader` began its own session; null when only the name is known, after a restart. */
  constructor(
    private readonly leader: number | null,
    private readonly name: string,
    strangers: Iterable<number> = [],
  ) {
    this.#strangers = new Set(strangers);
    this.#lookedAt = performance.now();
    this.#leaderStart = leader === null ? null : startOf(leader);
  }

  members(): ProcessFacts[] {
    // Process ids are reused after a while.
    if (performance.now() - this.#lookedAt > FORGET_MS) {
      this.#strangers = new Set();
      this.#lookedAt = performance.now();
    }
    const members: ProcessFacts[] = [];
    const leader = this.#leaderNow();
    const known = new Set<number>();
    for (const pid of processIds()) {
      if (this.#strangers.has(pid) || pid === process.pid) continue;
      const facts = factsOf(pid);
      if (!facts) continue;
      const inherited = this.#known.has(facts.parent) || known.has(facts.parent);
      if (inherited || this.#belongs(facts, leader)) {
        known.add(pid);
        if (!facts.ended) members.push(facts);
      } else this.#strangers.add(pid);
    }
    this.#known = known;
    return members;
  }

  usage(): { processes: number; memoryBytes: number } {
    const members = this.members();
    const memoryBytes = members.reduce((sum, { pid }) => sum + memoryOf(pid), 0);
    return { processes: members.length, memoryBytes };
  }

  signal(signal: 'SIGTERM' | 'SIGKILL'): number {
    const members = this.members();
    const leader = this.#leaderNow();
    const grouped = leader !== null && members.some(({ group }) => group === leader);
    // One call for the whole group: no member can fork its way out in between.
    if (leader !== null && (grouped || process.platform !== 'linux')) send(-leader, signal);
    for (const { pid, group } of members) if (group !== leader) send(pid, signal);
    return members.length;
  }

  /** Ends every process left; false when one could not be ended. */
  async end(): Promise<boolean> {
    const until = performance.now() + END_WITHIN_MS;
    this.#strangers = new Set();
    while (this.signal('SIGKILL') > 0) {
      if (performance.now() > until) return false;
      await sleep(20);
    }
    return true;
  }

  #belongs({ pid, group, session }: ProcessFacts, leader: number | null): boolean {
    if (leader !== null && (pid === leader || group === leader || session === leader)) return true;
    return environmentHolds(pid, this.name);
  }

  /** Null once the leader's id was reused by another process, whose group must not be touched. */
  #leaderNow(): number | null {
    if (this.leader === null || this.#leaderStart === null) return this.leader;
    const now = startOf(this.leader);
    return now === null || now === this.#leaderStart ? this.leader : null;
  }
}

function send(target: number, signal: NodeJS.Signals): void {
  try {
    process.kill(target, signal);
  } catch {
    // It has already exited.
  }
}
