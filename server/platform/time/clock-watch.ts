import type { Clock } from '../clock.js';
import { outsideTasks } from '../database/task-databases.js';
import type { Events } from '../events/events.js';
import type { Logger } from '../log/structured-logging.js';
import { timesRepaired } from './clock.events.js';
import type { ClockMark, ClockMarksRepository } from './clock-marks.repository.js';
import { MAX_AHEAD_MS, type Moments, momentsAt } from './future-times.rules.js';
import type { StoredTimes } from './stored-times.js';

export interface ClockWatchDeps {
  marks: ClockMarksRepository;
  times: StoredTimes;
  events: Events;
  clock: Clock;
  log: Logger;
}

/** Repairs times that may lie ahead, but not this far; returns the number of changes. */
export type Repair = (moments: Moments) => Promise<number>;

export interface ClockHealth {
  ok: boolean;
  problem: string | null;
  repaired: ClockMark['repaired'];
}

const LOOK_MS = 30_000;

/**
 * Notices that the clock went back, at start and while the process runs: times that were stored before then lie in the
 * future, where schedules, leases and evidence would wait for them. Repairs them and reports it.
 */
export class ClockWatch {
  readonly #repairs: Repair[] = [];
  readonly #ending = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> = Promise.resolve();

  constructor(private readonly deps: ClockWatchDeps) {}

  add(repair: Repair): void {
    this.#repairs.push(repair);
  }

  /** Repairs at once what processes wait for. Returns whether times of teams remain, for `repairTeams`. */
  async look(): Promise<boolean> {
    const { marks, clock, log } = this.deps;
    const mark = await marks.get();
    const moments = momentsAt(clock.now());
    const isBack = mark !== null && mark.seenAt > moments.limit;
    if (!isBack) {
      await this.#advance(mark, moments.now);
      return (mark?.wentBackFrom ?? null) !== null;
    }
    log.warn({ from: mark.seenAt, to: moments.now }, 'clock went back');
    await this.#repairShared(mark, moments);
    return true;
  }

  /** Repairs the times of teams after the clock went back, wherever the last repair was cut short. */
  async repairTeams(): Promise<void> {
    const { marks, times, events, clock, log } = this.deps;
    const mark = await marks.get();
    if (!mark?.wentBackFrom) return;
    const moments = momentsAt(clock.now());
    const changed = await times.repairTeams(moments, this.#ending.signal);
    const known = mark.repaired?.from === mark.wentBackFrom ? mark.repaired.times : 0;
    const repaired = { at: moments.now, from: mark.wentBackFrom, times: known + changed };
    await marks.put({ ...mark, wentBackFrom: null, repaired });
    log.warn(repaired, 'stored times in the future repaired');
    await events.emit(timesRepaired, { times: repaired.times });
  }

  /** Looks for stored times in the future whether or not the clock is known to have gone back. */
  async repairNow(): Promise<ClockMark['repaired']> {
    const { marks, clock } = this.deps;
    const moments = momentsAt(clock.now());
    const mark = await marks.get();
    const from = mark?.wentBackFrom ?? mark?.seenAt ?? moments.now;
    const repaired = mark?.repaired ?? null;
    await this.#repairShared({ seenAt: from, wentBackFrom: null, repaired }, moments);
    await this.repairTeams();
    return (await marks.get())?.repaired ?? null;
  }

  begin(): void {
    this.#timer = setInterval(() => {
      this.#looking = this.#looking.then(() => outsideTasks(() => this.lookAndRepair()));
    }, LOOK_MS).unref();
    this.#looking = this.lookAndRepair();
  }

  async end(): Promise<void> {
    clearInterval(this.#timer);
    this.#ending.abort(new Error('the process ends'));
    await this.#looking;
  }

  /** Never throws. */
  async lookAndRepair(): Promise<void> {
    try {
      if (await this.look()) await this.repairTeams();
    } catch (err) {
      if (this.#ending.signal.aborted) return;
      this.deps.log.error({ err }, 'could not repair times in the future');
    }
  }

  /** Never throws. */
  async health(): Promise<ClockHealth> {
    const { marks, clock } = this.deps;
    // That a database does not respond is reported there.
    const mark = await marks.get().catch(() => null);
    const { now, limit } = momentsAt(clock.now());
    const ahead = mark && mark.seenAt > limit ? mark.seenAt : (mark?.wentBackFrom ?? null);
    const problem =
      ahead &&
      `the clock says ${now}, but was at ${ahead} before: set it if it is wrong; otherwise the server repairs the times stored since`;
    return { ok: ahead === null, problem, repaired: mark?.repaired ?? null };
  }

  async #repairShared(mark: Omit<ClockMark, 'id'>, moments: Moments): Promise<void> {
    const { marks, times } = this.deps;
    const from = mark.seenAt;
    let changed = mark.repaired?.from === from ? mark.repaired.times : 0;
    for (const repair of this.#repairs) changed += await repair(moments);
    changed += await times.repairShared(moments);
    const repaired = { at: moments.now, from, times: changed };
    await marks.put({ seenAt: moments.now, wentBackFrom: from, repaired });
  }

  async #advance(mark: ClockMark | null, now: string): Promise<void> {
    const isRecent = mark && Date.parse(now) - Date.parse(mark.seenAt) < MAX_AHEAD_MS / 4;
    if (isRecent) return;
    const { wentBackFrom = null, repaired = null } = mark ?? {};
    await this.deps.marks.put({ seenAt: now, wentBackFrom, repaired });
  }
}
