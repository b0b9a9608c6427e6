import type { QueueCounts } from '../queue/job-queue.js';

export interface ScanCounts {
  /** The running processes that work on jobs. */
  workers: () => Promise<readonly unknown[]>;
  /** Scans that have not ended, by status. */
  active: () => Promise<ReadonlyMap<string, number>>;
}

/** One method per metric; `text()` is the Prometheus page. */
export interface Metrics {
  requestAnswered(method: string, route: string, status: number, seconds: number): void;
  requestFailed(route: string, code: string): void;
  importEnded(tool: string, outcome: string, seconds: number): void;
  resultsIngested(tool: string, verdict: string, count: number): void;
  findingsChanged(tool: string, change: string, count: number): void;
  engineRan(mode: string, seconds: number): void;
  engineDiverged(count: number): void;
  scanEnded(tool: string, outcome: string, seconds: number): void;
  /** Reads depth and age of the queues once per scrape; omits them when the queue is unavailable. */
  watchQueue(counts: () => Promise<QueueCounts[]>): void;
  /** The same for what the store knows of workers and scans, whichever process runs them. */
  watchScans(read: ScanCounts): void;
  readonly contentType: string;
  text(): Promise<string>;
}

const ignore = () => {};

/** For commands: their metrics are never scraped, and the Prometheus client would slow down their start. */
export const noMetrics: Metrics = {
  requestAnswered: ignore,
  requestFailed: ignore,
  importEnded: ignore,
  resultsIngested: ignore,
  findingsChanged: ignore,
  engineRan: ignore,
  engineDiverged: ignore,
  scanEnded: ignore,
  watchQueue: ignore,
  watchScans: ignore,
  contentType: 'text/plain',
  text: async () => '',
};
