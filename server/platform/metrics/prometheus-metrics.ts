import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { QueueCounts } from '../queue/job-queue.js';
import type { Metrics, ScanCounts } from './metrics.js';

/** The metrics of a process that is scraped. */
export class PrometheusMetrics implements Metrics {
  readonly #registry = new Registry();
  readonly #requests = this.#histogram(
    'http_request_duration_seconds',
    'Duration of HTTP requests',
    ['method', 'route', 'status'],
    [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
  );
  readonly #errors = this.#counter('http_errors_total', 'Responses with status 500 and above', [
    'route',
    'code',
  ]);
  readonly #imports = this.#histogram(
    'import_duration_seconds',
    'Duration of report imports',
    ['tool', 'outcome'],
    [0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 300],
  );
  readonly #results = this.#counter(
    'check_results_ingested_total',
    'Check results read from reports',
    ['tool', 'verdict'],
  );
  readonly #findings = this.#counter(
    'findings_ingested_total',
    'Findings by how an import changed them',
    ['tool', 'change'],
  );
  readonly #engine = this.#histogram(
    'compliance_engine_duration_seconds',
    'Duration of compliance engine runs',
    ['mode'],
    [0.01, 0.05, 0.1, 0.5, 1, 2.5, 5, 10],
  );
  readonly #diverged = this.#counter(
    'compliance_engine_divergences_total',
    'Stored control states that differed from a full recomputation',
    [],
  );
  readonly #scans = this.#histogram(
    'scan_duration_seconds',
    'Duration of tool runs',
    ['tool', 'outcome'],
    [1, 5, 15, 30, 60, 120, 300, 600, 1800, 3600],
  );

  constructor() {
    collectDefaultMetrics({ register: this.#registry });
  }

  requestAnswered(method: string, route: string, status: number, seconds: number): void {
    this.#requests.observe({ method, route, status: String(status) }, seconds);
  }

  requestFailed(route: string, code: string): void {
    this.#errors.inc({ route, code });
  }

  importEnded(tool: string, outcome: string, seconds: number): void {
    this.#imports.observe({ tool, outcome }, seconds);
  }

  resultsIngested(tool: string, verdict: string, count: number): void {
    this.#results.inc({ tool, verdict }, count);
  }

  findingsChanged(tool: string, change: string, count: number): void {
    this.#findings.inc({ tool, change }, count);
  }

  engineRan(mode: string, seconds: number): void {
    this.#engine.observe({ mode }, seconds);
  }

  engineDiverged(count: number): void {
    this.#diverged.inc(count);
  }

  scanEnded(tool: string, outcome: string, seconds: number): void {
    this.#scans.observe({ tool, outcome }, seconds);
  }

  watchQueue(counts: () => Promise<QueueCounts[]>): void {
    let reading: Promise<QueueCounts[]> | null = null;
    const read = () => {
      reading ??= counts()
        .catch(() => [])
        .finally(() => {
          reading = null;
        });
      return reading;
    };
    this.#gauge(
      'queue_depth',
      'Jobs by queue and state; failed: out of retries',
      ['queue', 'state'],
      async (depth) => {
        const found = await read();
        depth.reset();
        for (const { queue, oldestWaitingMs: _, ...states } of found) {
          for (const [state, count] of Object.entries(states)) depth.set({ queue, state }, count);
        }
      },
    );
    this.#gauge(
      'queue_oldest_age_seconds',
      'Age of the oldest job that is ready to run',
      ['queue'],
      async (age) => {
        const found = await read();
        age.reset();
        for (const { queue, oldestWaitingMs } of found) age.set({ queue }, oldestWaitingMs / 1_000);
      },
    );
  }

  watchScans({ workers, active }: ScanCounts): void {
    this.#gauge('workers', 'Running processes that work on jobs', [], async (gauge) => {
      gauge.reset();
      const running = await workers().catch(() => null);
      if (running) gauge.set(running.length);
      else gauge.remove();
    });
    this.#gauge('active_scans', 'Scans that have not ended', ['status'], async (gauge) => {
      gauge.reset();
      for (const [status, count] of await active().catch(() => [])) gauge.set({ status }, count);
    });
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  text(): Promise<string> {
    return this.#registry.metrics();
  }

  #counter(name: string, help: string, labelNames: string[]): Counter {
    return new Counter({ name: `cspm_${name}`, help, labelNames, registers: [this.#registry] });
  }

  #gauge(
    name: string,
    help: string,
    labelNames: string[],
    read: (gauge: Gauge) => Promise<void>,
  ): Gauge {
    const gauge: Gauge = new Gauge({
      name: `cspm_${name}`,
      help,
      labelNames,
      registers: [this.#registry],
      collect: () => read(gauge),
    });
    return gauge;
  }

  #histogram(name: string, help: string, labelNames: string[], buckets: number[]): Histogram {
    return new Histogram({
      name: `cspm_${name}`,
      help,
      labelNames,
      buckets,
      registers: [this.#registry],
    });
  }
}
