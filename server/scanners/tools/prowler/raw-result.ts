import type { Reading, Unread } from '../../readers/report-reader.js';

/** One result as its format states it, before cleaning and masking; the same members for all formats. */
export interface RawResult {
  checkId: string;
  title: string;
  description: string;
  risk: string;
  remediation: string;
  remediationUrl: string;
  service: string;
  resourceType: string;
  categories: string[];
  /** Framework to requirement ids, not validated yet. */
  compliance: unknown;
  /** The verdict's word: `PASS`, `FAILED`, `INFO` … */
  status: string;
  /** Other members that may state the verdict too; texts that are no word of a verdict state nothing. */
  alsoStated?: readonly { by: string; word: string }[];
  /** What the result says about being muted in two ways. */
  contradiction?: string;
  /** Muted by a mute list, whatever the status says. */
  muted: boolean;
  severity: string;
  severityId: number | null;
  provider: string;
  accountId: string;
  accountName: string;
  region: string;
  /** Kubernetes only. */
  namespace: string;
  uid: string;
  name: string;
  labels: string[];
  observed: string;
  /** Times of observation, most reliable first: seconds, milliseconds or text. */
  times: (string | number | null | undefined)[];
  nativeUid: string;
  /** The code that it is about, for a result about infrastructure code. */
  content?: string;
  toolVersion: string;
}

/** A reader of one format; one per report, as it remembers checks. */
export type ReadResult = (value: unknown) => Reading;
export type ReadResults = (value: unknown) => Iterable<Reading>;

/** Prowler writes a result for each resource, so one with more is none of its own making. */
export function* furtherResources(resources: readonly unknown[]): Iterable<Unread> {
  if (resources.length <= 1) return;
  yield { unread: 'further resources of a result', count: resources.length - 1 };
}
