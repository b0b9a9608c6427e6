import type { AnyEndpoint } from '../../../contract/endpoint.js';
import { EvidencePackage } from '../../../contract/evidence.js';
import type {
  AnyRequest,
  RequestArgument,
  RequestOf,
  ResultOf,
} from '../../../contract/request.js';
import { ReportImport } from '../../../contract/security-scans.js';
import { localOperator } from '../../platform/auth/actor.js';
import { InProcessApi } from '../../platform/http/in-process-api.js';
import { registerAllRoutes } from '../../register-all-routes.js';
import { ensureWorker } from '../scans/worker-here.js';
import type { ScanCore, Work } from '../with-core.js';
import type { Api, ImportRequest, PackageRequest } from './api.js';

/** The store of this machine, used as its operator. */
export class LocalApi implements Api {
  readonly server = null;
  readonly #endpoints: InProcessApi;

  constructor(private readonly core: Work) {
    const { container } = core;
    this.#endpoints = new InProcessApi(localOperator, (name) => {
      if (name !== 'platform') container.get(name);
    });
    registerAllRoutes(this.#endpoints, container);
  }

  call<E extends AnyEndpoint>(
    endpoint: E,
    ...[request]: RequestArgument<RequestOf<E>>
  ): Promise<ResultOf<E>> {
    return this.#endpoints.call(endpoint, (request ?? {}) as AnyRequest);
  }

  download<E extends AnyEndpoint>(endpoint: E, ...[request]: RequestArgument<RequestOf<E>>) {
    return this.#endpoints.download(endpoint, (request ?? {}) as AnyRequest);
  }

  async importReport(path: string, { timeoutMs: _, ...request }: ImportRequest) {
    const { imports } = this.core.scans;
    return ReportImport.parse(await imports.importFile(localOperator, path, request));
  }

  async buildPackage(request: PackageRequest) {
    const { packages } = this.core.container.get('evidence');
    return EvidencePackage.parse(await packages.buildNow(localOperator, request));
  }

  async *watchScan(scanId: string, signal: AbortSignal) {
    const { orchestration } = this.#scans();
    for await (const { scan } of await orchestration.watch(localOperator, scanId, signal)) {
      yield scan;
    }
  }

  async workers() {
    return (await this.#scans().orchestration.workers()).length;
  }

  runScans(signal: AbortSignal) {
    return ensureWorker(this.#scans(), signal);
  }

  #scans(): ScanCore {
    const { container } = this.core;
    const orchestration = container.get('orchestration');
    return { ...this.core, orchestration, cloud: container.get('cloud-security') };
  }
}
