import { createHash } from 'node:crypto';

/** What an entry says, without its place in the chain. */
export interface AuditFacts {
  id: string;
  teamId: string;
  at: string;
  actor: string;
  action: string;
  subject: string;
  details: Record<string, unknown>;
}

/** An entry's place in its team's chain. */
export interface ChainLink {
  /** 1, 2, 3 … without gaps within the team. */
  seq: number;
  /** The hash of the entry before. */
  previous: string;
  /** SHA-256 over the entry's facts, its number and `previous`, in hex. */
  hash: string;
}

/** `previous` of a team's first entry. */
const NO_HASH = '0'.repeat(64);

/** Puts an entry behind the last one: every hash covers all entries before it. */
export function linkAfter(
  last: Pick<ChainLink, 'seq' | 'hash'> | null,
  facts: AuditFacts,
): ChainLink {
  const place = { seq: (last?.seq ?? 0) + 1, previous: last?.hash ?? NO_HASH };
  return { ...place, hash: hashOf({ ...facts, ...place }) };
}

function hashOf(entry: AuditFacts & Omit<ChainLink, 'hash'>): string {
  const { previous, seq, id, teamId, at, actor, action, subject, details } = entry;
  const covered = [previous, seq, id, teamId, at, actor, action, subject, details];
  return createHash('sha256').update(canonical(covered)).digest('hex');
}

/** JSON with sorted names (as RFC 8785), so that the order in which a database returns fields changes nothing. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_name, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

export interface ChainProblem {
  seq: number;
  /** The entry's id; null when it is missing. */
  id: string | null;
  problem: 'changed' | 'missing' | 'moved';
}

/** Missing entries of one gap that are listed. */
const MAX_LISTED = 100;

/** Checks a team's entries, given in ascending order of their number. */
export class ChainCheck {
  #last: { seq: number; hash: string } = { seq: 0, hash: NO_HASH };
  readonly problems: ChainProblem[] = [];
  entries = 0;

  /** `head`: the recorded end of the chain, read before the entries. */
  constructor(private readonly head: { seq: number; hash: string } | null) {}

  next(entry: AuditFacts & ChainLink): void {
    const { seq, id, hash, previous } = entry;
    const follows = seq === this.#last.seq + 1;
    this.entries += 1;
    // New entries follow without a gap, so this one was given a number that the chain never had.
    if (!follows && seq > (this.head?.seq ?? 0)) {
      this.problems.push({ seq, id, problem: 'moved' });
      return;
    }
    this.#missingBefore(seq);
    const isWhole = hashOf(entry) === hash && (!follows || previous === this.#last.hash);
    const isHead = seq !== this.head?.seq || hash === this.head.hash;
    if (!isWhole || !isHead) this.problems.push({ seq, id, problem: 'changed' });
    this.#last = { seq, hash };
  }

  end(): void {
    this.#missingBefore((this.head?.seq ?? 0) + 1);
  }

  #missingBefore(seq: number): void {
    const first = this.#last.seq + 1;
    for (let missing = first; missing < seq && missing < first + MAX_LISTED; missing += 1) {
      this.problems.push({ seq: missing, id: null, problem: 'missing' });
    }
  }
}
