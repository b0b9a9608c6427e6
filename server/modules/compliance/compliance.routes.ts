import * as contract from '../../../contract/compliance.js';
import type { HttpApi } from '../../platform/http/http-api.js';
import type { AttestationsService } from './attestations/attestations.service.js';
import type { DecisionListService } from './decisions/decision-list.service.js';
import type { AutonomousComplianceEngine } from './engine/autonomous-compliance-engine.js';
import type { EngineHealthService } from './engine/engine-health.service.js';
import type { CheckFixesService } from './fixes/check-fixes.service.js';
import type { GapAnalysisService } from './gaps/gap-analysis.service.js';
import type { HistoryService } from './history/history.service.js';
import type { PostureService } from './posture/posture.service.js';
import type { RequirementWhyService } from './requirements/requirement-why.service.js';
import type { AccountRegionsService } from './scoping/account-regions.service.js';
import type { EngineSettingsService } from './scoping/engine-settings.service.js';
import type { ScopingService } from './scoping/scoping.service.js';
import type { CheckControlsService } from './states/check-controls.service.js';
import type { CommonControlRegistryService } from './states/common-control-registry.service.js';

export interface ComplianceServices {
  controls: CommonControlRegistryService;
  checkControls: CheckControlsService;
  posture: PostureService;
  fixes: CheckFixesService;
  attestations: AttestationsService;
  engine: AutonomousComplianceEngine;
  health: EngineHealthService;
  settings: EngineSettingsService;
  scopes: ScopingService;
  regions: AccountRegionsService;
  history: HistoryService;
  decisions: DecisionListService;
  gaps: GapAnalysisService;
  requirements: RequirementWhyService;
}

export function addComplianceRoutes(http: HttpApi, services: ComplianceServices): void {
  const { controls, checkControls, posture, fixes, attestations, engine, health } = services;
  const { gaps, requirements } = services;
  http.add(contract.listControls, ({ actor, query }) => controls.list(actor, query));
  http.add(contract.getControl, ({ actor, params }) => controls.get(actor, params.controlId));
  http.add(contract.getCheckControls, ({ actor, params }) =>
    checkControls.of(actor, params.tool, params.checkId),
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
  http.add(contract.getRequirement, ({ actor, params }) =>
    requirements.get(actor, params.frameworkId, params.requirementId),
  );
  http.add(contract.attestRequirement, ({ actor, params, body }) =>
    attestations.attest(actor, params.frameworkId, params.requirementId, body),
  );
  http.add(contract.withdrawAttestation, ({ actor, params }) =>
    attestations.withdraw(actor, params.frameworkId, params.requirementId),
  );
  http.add(contract.syncEngine, ({ actor }) => engine.sync(actor));
  http.add(contract.getEngineHealth, ({ actor }) => health.of(actor));
  http.add(contract.getPosture, ({ actor }) => posture.overview(actor));
  http.add(contract.listFixes, ({ actor, query }) => fixes.list(actor, query));
  http.add(contract.getFrameworkGaps, ({ actor, params }) => gaps.of(actor, params.frameworkId));
  http.add(contract.exportFrameworkGaps, ({ actor, params }) =>
    gaps.export(actor, params.frameworkId),
  );
  http.add(contract.compareFrameworks, ({ actor, query }) => gaps.overlaps(actor, query));
  addSettingsRoutes(http, services);
  addHistoryRoutes(http, services);
}

function addSettingsRoutes(http: HttpApi, { settings, scopes, regions }: ComplianceServices): void {
  http.add(contract.getEngineSettings, ({ actor }) => settings.settings(actor));
  http.add(contract.putEngineSettings, ({ actor, body }) => settings.changeSettings(actor, body));
  http.add(contract.listAccountProfiles, ({ actor, query }) =>
    scopes.accounts(actor, query.limit, query.cursor),
  );
  http.add(contract.putAccountProfile, ({ actor, params, body }) =>
    scopes.profile(actor, params, body),
  );
  http.add(contract.removeAccountProfile, ({ actor, params }) =>
    scopes.removeProfile(actor, params),
  );
  http.add(contract.getAccountRegions, ({ actor, params }) => regions.get(actor, params));
  http.add(contract.putAccountRegions, ({ actor, params, body }) =>
    regions.state(actor, params, body.regions),
  );
  http.add(contract.removeAccountRegions, ({ actor, params }) => regions.clear(actor, params));
  http.add(contract.listFrameworkScopes, async ({ actor }) => ({
    items: await scopes.scopes(actor),
  }));
  http.add(contract.putFrameworkScope, ({ actor, params, body }) =>
    scopes.setScope(actor, params.frameworkId, body),
  );
  http.add(contract.removeFrameworkScope, ({ actor, params }) =>
    scopes.removeScope(actor, params.frameworkId),
  );
}

function addHistoryRoutes(http: HttpApi, { history, decisions }: ComplianceServices): void {
  http.add(contract.listControlDecisions, ({ actor, params, query }) =>
    decisions.log(actor, params.controlId, query.limit, query.cursor),
  );
  http.add(contract.listDecisions, async ({ actor, query: { contradicted } }) => ({
    items: await decisions.inForce(
      actor,
      contradicted === undefined ? {} : { contradicted: contradicted === 'true' },
    ),
  }));
  http.add(contract.getScoreHistory, async ({ actor, query }) => ({
    items: await history.series(actor, query),
  }));
  http.add(contract.getPostureAt, ({ actor, query }) => history.postureAt(actor, query.at));
  http.add(contract.listControlHistory, ({ actor, params, query }) =>
    history.ofControl(actor, params.controlId, query.limit, query.cursor),
  );
  http.add(contract.listDefinitionChanges, ({ actor, query }) =>
    history.definitionChanges(actor, query.limit, query.cursor),
  );
}
