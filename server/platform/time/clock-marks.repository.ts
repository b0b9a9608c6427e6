import type { CollectionSpec, Doc } from '../database/collection.js';
import { GlobalRepository } from '../database/repository.js';

/** The newest time that a process of this store saw. One document. */
export interface ClockMark extends Doc {
  seenAt: string;
  /** The later time from which the clock went back, until all stored times are repaired. */
  wentBackFrom: string | null;
  repaired: { at: string; from: string; times: number } | null;
}

const marks: CollectionSpec<ClockMark> = { name: 'clock_marks', scope: 'global', fields: {} };
const MARK = 'clock';

export class ClockMarksRepository extends GlobalRepository<ClockMark> {
  static readonly database = 'platform';
  static readonly specs = [marks];
  protected readonly spec = marks;

  get(): Promise<ClockMark | null> {
    return this.all().get(MARK);
  }

  async put(mark: Omit<ClockMark, 'id'>): Promise<void> {
    await this.all().putMany([{ ...mark, id: MARK }]);
  }
}
