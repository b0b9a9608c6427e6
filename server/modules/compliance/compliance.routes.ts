import * as contract from '../../../contract/compliance.js';
import type { HttpApi } from '../../platform/http/http-api.js';
import type { AttestationsService } from './attestations/attestations.service.js';
import type { CommonControlRegistryService } from './common-controls/common-control-registry.service.js';
import type { AutonomousComplianceEngine } from './engine/autonomous-compliance-engine.js';
import type { PostureService } from './engine/posture.service.js';

export interface ComplianceServices {
  controls: CommonControlRegistryService;
  posture: PostureService;
  attestations: AttestationsService;
  engine: AutonomousComplianceEngine;
}

export function addComplianceRoutes(http: HttpApi, services: ComplianceServices): void {
  const { controls, posture, attestations, engine } = services;
  http.add(contract.listControls, ({ actor, query }) => controls.list(actor, query));
  http.add(contract.getControl, ({ actor, params }) => controls.get(actor, params.controlId));
  http.add(contract.getCheckControls, ({ actor, params }) =>
    controls.byCheck(actor, params.tool, params.checkId),
  );
  http.add(contract.decideControl, ({ actor, params, body }) =>
    controls.decide(actor, params.controlId, body),
  );
  http.add(contract.withdrawDecision, ({ actor, params }) =>
    controls.withdraw(actor, params.controlId),
  );
  http.add(contract.listFrameworks, async ({ actor }) => ({
    items: await posture.frameworks(actor),
  }));
  http.add(contract.getFramework, ({ actor, params }) =>
    posture.framework(actor, params.frameworkId),
  );
  http.add(contract.attestRequirement, ({ actor, params, body }) =>
    attestations.attest(actor, params.frameworkId, params.requirementId, body),
  );
  http.add(contract.withdrawAttestation, ({ actor, params }) =>
    attestations.withdraw(actor, params.frameworkId, params.requirementId),
  );
  http.add(contract.syncEngine, ({ actor }) => engine.sync(actor));
  http.add(contract.getPosture, ({ actor }) => posture.overview(actor));
}
