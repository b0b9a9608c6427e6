/**
 * Names in Redis. A queue of BullMQ is `<type>~<team>`, and a job's id says which queue it is in:
 * `job_<ulid>~<type>~<team>`, so no second index has to be kept in step. BullMQ allows no colons.
 */

export interface BullPlace {
  type: string;
  teamId: string;
}

export function queueName({ type, teamId }: BullPlace): string {
  return `${type}~${encodeURIComponent(teamId)}`;
}

export function placeOfQueue(name: string): BullPlace {
  const at = name.indexOf('~');
  return { type: name.slice(0, at), teamId: decodeURIComponent(name.slice(at + 1)) };
}

export function bullJobId(id: string, place: BullPlace): string {
  return `${id}~${queueName(place)}`;
}

/** Null for what is no id of ours. */
export function placeOfJob(id: string): BullPlace | null {
  const match = /^[^~]+~([a-z0-9.-]+)~([^~]+.*)$/.exec(id);
  if (!match) return null;
  try {
    return { type: match[1] as string, teamId: decodeURIComponent(match[2] as string) };
  } catch {
    return null;
  }
}

/** The keys that we keep beside BullMQ's. */
export function keysOf(prefix: string) {
  return {
    /** Set of every queue's name. */
    queues: `${prefix}:queues`,
    /** Per type: teams that may have a job, by the time it can run. A hint: checked at every claim, repaired at every recovery. */
    ready: (type: string) => `${prefix}:ready:${type}`,
    /** There while somebody wants this running job cancelled. */
    cancel: (id: string) => `${prefix}:cancel:${id}`,
    /** What was cancelled, by time, and each as it was: BullMQ has no such state. */
    cancelled: `${prefix}:cancelled`,
    cancelledJob: (id: string) => `${prefix}:cancelled:${id}`,
    /** Tells of new jobs by their queue's name. */
    added: `${prefix}:added`,
  };
}
