import * as contract from '../../../contract/cloud-security.js';
import type { HttpApi } from '../../platform/http/http-api.js';
import type { CloudSecurityService } from './accounts/cloud-security.service.js';

export function addCloudSecurityRoutes(http: HttpApi, service: CloudSecurityService): void {
  http.add(contract.createCloudAccount, ({ actor, body }) => service.create(actor, body));
  http.add(contract.listCloudAccounts, ({ actor, query }) =>
    service.list(actor, query.limit, query.cursor),
  );
  http.add(contract.getCloudAccount, ({ actor, params }) => service.get(actor, params.accountId));
  http.add(contract.changeCloudAccount, ({ actor, params, body }) =>
    service.change(actor, params.accountId, body),
  );
  http.add(contract.deleteCloudAccount, ({ actor, params }) =>
    service.delete(actor, params.accountId),
  );
  http.add(contract.testCloudAccount, ({ actor, params }) => service.test(actor, params.accountId));
}
