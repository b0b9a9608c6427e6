import { listTargetPorts } from '../../../contract/open-ports.js';
import * as contract from '../../../contract/web-targets.js';
import type { HttpApi } from '../../platform/http/http-api.js';
import type { TargetPorts } from './targets/target-ports.js';
import type { WebSecurityService } from './targets/web-security.service.js';

export function addWebSecurityRoutes(
  http: HttpApi,
  { targets, ports }: { targets: WebSecurityService; ports: TargetPorts },
): void {
  http.add(contract.listTargets, ({ actor, query: { limit, cursor, ...filter } }) =>
    targets.list(actor, filter, limit, cursor),
  );
  http.add(contract.getTarget, ({ actor, params }) => targets.get(actor, params.targetId));
  http.add(listTargetPorts, ({ actor, params, query: { limit, cursor } }) =>
    ports.list(actor, params.targetId, limit, cursor),
  );
  http.add(contract.addTarget, ({ actor, body }) => targets.add(actor, body));
  http.add(contract.scanTarget, ({ actor, params, body }) =>
    targets.scan(actor, params.targetId, body),
  );
  http.add(contract.deleteTarget, ({ actor, params }) => targets.delete(actor, params.targetId));
}
