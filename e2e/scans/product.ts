import type { ChildProcess } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { z } from 'zod';
import { listControls } from '../../contract/compliance.js';
import type { AnyEndpoint } from '../../contract/endpoint.js';
import {
  cancelScan,
  getScan,
  type ScanRequest,
  type ScanRun,
  startScan,
} from '../../contract/orchestration.js';
import { putOwnTargets } from '../../contract/scan-operations.js';
import {
  createImport,
  FINDING_STATUSES,
  type Finding,
  getImport,
  listFindings,
  ReportImport,
} from '../../contract/security-scans.js';
import { CliFolder, type Ended, ended } from '../../server/testing/run-cli.js';
import { fetchSignedIn, signInByLink } from '../../server/testing/signed-in-fetch.js';

export type Role = 'all' | 'api' | 'worker' | 'scheduler';
type Env = Record<string, string>;

/** One process of the built product. */
export interface ServedProcess {
  url: string;
  child: ChildProcess;
  /** Its output, once it has ended. */
  ended: Promise<Ended>;
  /** Its standard error so far: the log. */
  log(): string;
}

interface Call {
  params?: Record<string, string>;
  query?: Record<string, unknown>;
  body?: unknown;
}

/** An error response, with the detail of its problem document. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly detail: string,
  ) {
    super(`${status}: ${detail}`);
  }
}

/** The product as an operator runs it: processes of the built executable on one data folder, called over HTTP. */
export class Product {
  readonly processes: ServedProcess[] = [];

  private constructor(
    readonly folder: CliFolder,
    readonly env: Env,
  ) {}

  static async make(env: Env = {}): Promise<Product> {
    return new Product(await CliFolder.make(), env);
  }

  /** Starts one more process and waits until it is ready. */
  async serve(role: Role = 'all', env: Env = {}): Promise<ServedProcess> {
    const child = this.folder.start(['serve', '--role', role], {
      ...{ PORT: '0', LOG_LEVEL: 'info' },
      ...this.env,
      ...env,
    });
    let [output, log] = ['', ''];
    child.stdout?.on('data', (chunk: Buffer) => {
      output += chunk;
    });
    child.stderr?.on('data', (chunk: Buffer) => {
      log += chunk;
    });
    const end = ended(child);
    const served: ServedProcess = { url: '', child, ended: end, log: () => log };
    this.processes.push(served);
    const ready = await until(
      async () => {
        if (child.exitCode !== null) throw new Error(`it exited with ${child.exitCode}: ${log}`);
        return /ready at (http:\/\/\S+)/.exec(output)?.[1] ?? null;
      },
      (found) => found !== null,
      { withinMs: 60_000 },
    );
    served.url = ready ?? '';
    await signInByLink(served.url, output);
    return served;
  }

  /** Calls an endpoint of the first process. */
  async call<E extends AnyEndpoint>(endpoint: E, call: Call = {}): Promise<z.output<E['result']>> {
    const path = endpoint.path.replace(/:(\w+)/g, (_, name) =>
      encodeURIComponent(call.params?.[name] ?? ''),
    );
    const query = new URLSearchParams(
      Object.entries(call.query ?? {}).map(([name, value]): [string, string] => [
        name,
        String(value),
      ]),
    );
    const body = call.body === undefined ? null : JSON.stringify(call.body);
    const answer = await fetchSignedIn(`${this.processes[0]?.url}${path}?${query}`, {
      method: endpoint.method,
      ...(body === null ? {} : { body, headers: { 'content-type': 'application/json' } }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Refused(answer.status, JSON.parse(text).detail ?? text);
    return endpoint.result.parse(JSON.parse(text)) as z.output<E['result']>;
  }

  start(request: z.input<typeof ScanRequest>): Promise<ScanRun> {
    return this.call(startScan, { body: request });
  }

  /** Waits until the scan meets the condition, by default its end. */
  async scan(
    scanId: string,
    isDone: (scan: ScanRun) => boolean = ({ finishedAt }) => finishedAt !== null,
    withinMs = 120_000,
  ): Promise<ScanRun> {
    return until(() => this.call(getScan, { params: { scanId } }), isDone, { withinMs });
  }

  /** Starts a scan and waits for its end. */
  async scanned(request: z.input<typeof ScanRequest>, withinMs?: number): Promise<ScanRun> {
    const { id } = await this.start(request);
    return this.scan(id, undefined, withinMs);
  }

  /** Declares loopback as the team's own, without which its scans are rejected. */
  async ownsLoopback(): Promise<void> {
    await this.call(putOwnTargets, { body: { ranges: ['127.0.0.0/8'], names: [] } });
  }

  cancel(scanId: string): Promise<ScanRun> {
    return this.call(cancelScan, { params: { scanId } });
  }

  /** Imports a report; resolves once the import has ended. */
  async import(name: string, content: Uint8Array<ArrayBuffer>): Promise<ReportImport> {
    const form = new FormData();
    form.append('file', new Blob([content]), name);
    const url = `${this.processes[0]?.url}${createImport.path}`;
    const answer = await fetchSignedIn(url, { method: 'POST', body: form });
    const { id } = ReportImport.parse(await answer.json());
    return until(
      () => this.call(getImport, { params: { importId: id } }),
      ({ finishedAt }) => finishedAt !== null,
    );
  }

  /** Every finding, resolved ones included. */
  async findings(filter: Record<string, string> = {}): Promise<Finding[]> {
    const found: Finding[] = [];
    let cursor: string | null = null;
    do {
      const query = { limit: 200, status: FINDING_STATUSES.join(','), ...filter };
      const page: z.output<(typeof listFindings)['result']> = await this.call(listFindings, {
        query: cursor === null ? query : { ...query, cursor },
      });
      found.push(...page.items);
      cursor = page.nextCursor;
    } while (cursor !== null);
    return found;
  }

  /** Control id → status, of the assessed controls. */
  async controls(): Promise<Record<string, string>> {
    const { items } = await this.call(listControls);
    const known = items.filter(({ status }) => status !== 'not_assessed');
    return Object.fromEntries(known.map(({ id, status }) => [id, status]));
  }

  /** Files in the folders of runs; empty once all runs have ended. */
  async leftovers(): Promise<string[]> {
    const data = this.folder.env.DATA_DIR ?? '';
    const left: string[] = [];
    for (const runs of ['native-runs', 'docker-runs', 'built-in-runs']) {
      for (const place of [runs, `${runs}/.running`]) {
        const names = await readdir(`${data}/${place}`).catch(() => []);
        left.push(...names.filter((name) => !name.startsWith('.')).map((one) => `${place}/${one}`));
      }
    }
    return left;
  }

  /** Stops a process as an operator does; returns its exit code and output. */
  async stop(served: ServedProcess): Promise<Ended> {
    this.processes.splice(this.processes.indexOf(served), 1);
    served.child.kill('SIGTERM');
    return served.ended;
  }

  /** Kills a process, as a machine failure would. */
  async kill(served: ServedProcess): Promise<void> {
    this.processes.splice(this.processes.indexOf(served), 1);
    served.child.kill('SIGKILL');
    await served.ended;
  }

  async remove(): Promise<void> {
    // Stopping also ends the tools that still run; killing would leave them running.
    await Promise.all([...this.processes].map((served) => this.stop(served)));
    await this.folder.remove();
  }
}

/** Polls until the answer meets the condition; fails with the last answer. */
export async function until<T>(
  ask: () => Promise<T>,
  isDone: (answer: T) => boolean,
  { withinMs = 30_000, everyMs = 100 } = {},
): Promise<T> {
  const deadlineMs = performance.now() + withinMs;
  for (;;) {
    const answer = await ask();
    if (isDone(answer)) return answer;
    if (performance.now() > deadlineMs) {
      throw new Error(`after ${withinMs} ms still ${JSON.stringify(answer, null, 1)}`);
    }
    await sleep(everyMs);
  }
}
