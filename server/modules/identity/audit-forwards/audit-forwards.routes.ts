import * as forwards from '../../../../contract/audit-forwards.js';
import type { HttpApi } from '../../../platform/http/http-api.js';
import type { AuditForwardsService } from './audit-forwards.service.js';

export function addAuditForwardRoutes(http: HttpApi, service: AuditForwardsService): void {
  http.add(forwards.listAuditForwards, async ({ actor }) => ({ items: await service.list(actor) }));
  http.add(forwards.createAuditForward, ({ actor, body }) => service.create(actor, body));
  http.add(forwards.changeAuditForward, ({ actor, params, body }) =>
    service.change(actor, params.forwardId, body.enabled),
  );
  http.add(forwards.sendAuditForward, ({ actor, params }) => service.send(actor, params.forwardId));
  http.add(forwards.deleteAuditForward, ({ actor, params }) =>
    service.remove(actor, params.forwardId),
  );
}
