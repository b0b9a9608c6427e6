/**
 * Names in Redis. A BullMQ queue is named `<type>~<team>`, and a job's id contains its queue:
 * `job_<ulid>~<type>~<team>`, so no second index is needed. BullMQ does not allow colons.
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

/** Null for an invalid id. */
export function placeOfJob(id: string): BullPlace | null {
  const match = /^[^~]+~([a-z0-9.-]+)~([^~].*)$/.exec(id);
  if (!match) return null;
  try {
    return { type: match[1] as string, teamId: decodeURIComponent(match[2] as string) };
  } catch {
    return null;
  }
}

/** Our keys, in addition to BullMQ's. */
export function keysOf(prefix: string) {
  return {
    /** Set of every queue's name. */
    queues: `${prefix}:queues`,
    /** Per type: teams that may have a job, by its run time. A hint, verified at every claim and repaired at every recovery. */
    ready: (type: string) => `${prefix}:ready:${type}`,
    /** Exists while the cancellation of this running job is requested. */
    cancel: (id: string) => `${prefix}:cancel:${id}`,
    /** Cancelled jobs by time, and their records: BullMQ has no such state. */
    cancelled: `${prefix}:cancelled`,
    cancelledJob: (id: string) => `${prefix}:cancelled:${id}`,
    /** Channel that announces new jobs by queue name. */
    added: `${prefix}:added`,
  };
}
