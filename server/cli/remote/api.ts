import type { AnyEndpoint } from '../../../contract/endpoint.js';
import type { EvidencePackage } from '../../../contract/evidence.js';
import type { ScanRun } from '../../../contract/orchestration.js';
import type { RequestArgument, RequestOf, ResultOf } from '../../../contract/request.js';
import type { ReportImport, StatedCoverage } from '../../../contract/security-scans.js';
import type { FileAnswer } from '../../platform/http/file-answer.js';

export interface ImportRequest {
  target?: string;
  coverage?: StatedCoverage;
  /** How long to wait for a server that imports it. */
  timeoutMs?: number;
  onProgress: (at: { status: string; progress: number }) => void;
}

export interface PackageRequest {
  frameworkId: string;
  from: string;
  to: string;
}

/** The product as commands see it: the store of this machine, or a server. */
export interface Api {
  /** The server's address; null for the store of this machine. */
  readonly server: string | null;
  call<E extends AnyEndpoint>(
    endpoint: E,
    ...request: RequestArgument<RequestOf<E>>
  ): Promise<ResultOf<E>>;
  /** Reads a file; `content` is read once. */
  download<E extends AnyEndpoint>(
    endpoint: E,
    ...request: RequestArgument<RequestOf<E>>
  ): Promise<FileAnswer>;
  /** Imports a report, by its resolved path, and waits until it is imported. */
  importReport(path: string, request: ImportRequest): Promise<ReportImport>;
  /** Builds an audit package, and waits until it is ready or has failed. */
  buildPackage(request: PackageRequest): Promise<EvidencePackage>;
  /** The states of a scan until it has ended, or until the signal aborts. */
  watchScan(scanId: string, signal: AbortSignal): AsyncIterable<ScanRun>;
  /** How many processes run scans; null when a server keeps that to itself. */
  workers(): Promise<number | null>;
  /** Runs scans in this process while nobody else does, until the signal aborts. */
  runScans(signal: AbortSignal): Promise<void>;
}
