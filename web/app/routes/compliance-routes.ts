import { createRoute, lazyRouteComponent, redirect } from '@tanstack/react-router';
import {
  assessmentSearch,
  assessmentsSearch,
} from '../../features/assessments/assessments.search.js';
import { controlsSearch } from '../../features/controls/controls.search.js';
import { customControlsSearch } from '../../features/controls/custom-controls.search.js';
import { driftSearch, snapshotsSearch } from '../../features/drift/drift.search.js';
import {
  gapsSearch as evidenceGapsSearch,
  evidenceSearch,
} from '../../features/evidence/evidence.search.js';
import { frameworkSearch } from '../../features/frameworks/framework.search.js';
import { frameworksSearch } from '../../features/frameworks/frameworks.search.js';
import { gapsSearch } from '../../features/frameworks/gaps.search.js';
import { mappingsSearch } from '../../features/mappings/mappings.search.js';
import { postureSearch } from '../../features/posture/posture.search.js';
import { scfSearch } from '../../features/scf/scf.search.js';
import { root } from './root-route.js';

export const posture = createRoute({
  getParentRoute: () => root,
  path: '/',
  validateSearch: postureSearch,
  component: lazyRouteComponent(
    () => import('../../features/posture/PosturePage.js'),
    'PosturePage',
  ),
});

export const frameworks = createRoute({
  getParentRoute: () => root,
  path: '/frameworks',
  validateSearch: frameworksSearch,
  component: lazyRouteComponent(
    () => import('../../features/frameworks/FrameworksPage.js'),
    'FrameworksPage',
  ),
});

export const framework = createRoute({
  getParentRoute: () => root,
  path: '/frameworks/$frameworkId',
  validateSearch: frameworkSearch,
  component: lazyRouteComponent(
    () => import('../../features/frameworks/FrameworkPage.js'),
    'FrameworkPage',
  ),
});

export const frameworkScope = createRoute({
  getParentRoute: () => root,
  path: '/frameworks/scope',
  component: lazyRouteComponent(() => import('../../features/scoping/ScopePage.js'), 'ScopePage'),
});

export const frameworkGaps = createRoute({
  getParentRoute: () => root,
  path: '/frameworks/$frameworkId/gaps',
  validateSearch: gapsSearch,
  component: lazyRouteComponent(
    () => import('../../features/frameworks/FrameworkGapsPage.js'),
    'FrameworkGapsPage',
  ),
});

export const requirement = createRoute({
  getParentRoute: () => root,
  path: '/frameworks/$frameworkId/requirements/$requirementId',
  component: lazyRouteComponent(
    () => import('../../features/frameworks/RequirementPage.js'),
    'RequirementPage',
  ),
});

export const controls = createRoute({
  getParentRoute: () => root,
  path: '/controls',
  validateSearch: controlsSearch,
  component: lazyRouteComponent(
    () => import('../../features/controls/ControlsPage.js'),
    'ControlsPage',
  ),
});

export const control = createRoute({
  getParentRoute: () => root,
  path: '/controls/$controlId',
  component: lazyRouteComponent(
    () => import('../../features/controls/ControlPage.js'),
    'ControlPage',
  ),
});

export const mappings = createRoute({
  getParentRoute: () => root,
  path: '/controls/mappings',
  validateSearch: mappingsSearch,
  component: lazyRouteComponent(
    () => import('../../features/mappings/MappingsPage.js'),
    'MappingsPage',
  ),
});

export const customControls = createRoute({
  getParentRoute: () => root,
  path: '/controls/custom',
  validateSearch: customControlsSearch,
  component: lazyRouteComponent(
    () => import('../../features/controls/CustomControlsPage.js'),
    'CustomControlsPage',
  ),
});

/** The URL of the page before it was renamed. */
export const ownControls = createRoute({
  getParentRoute: () => root,
  path: '/controls/own',
  validateSearch: customControlsSearch,
  beforeLoad: ({ search }) => {
    throw redirect({ to: '/controls/custom', search, replace: true });
  },
});

export const assessments = createRoute({
  getParentRoute: () => root,
  path: '/assessments',
  validateSearch: assessmentsSearch,
  component: lazyRouteComponent(
    () => import('../../features/assessments/AssessmentsPage.js'),
    'AssessmentsPage',
  ),
});

export const assessment = createRoute({
  getParentRoute: () => root,
  path: '/assessments/$assessmentId',
  validateSearch: assessmentSearch,
  component: lazyRouteComponent(
    () => import('../../features/assessments/AssessmentPage.js'),
    'AssessmentPage',
  ),
});

export const evidence = createRoute({
  getParentRoute: () => root,
  path: '/evidence',
  validateSearch: evidenceSearch,
  component: lazyRouteComponent(
    () => import('../../features/evidence/EvidencePage.js'),
    'EvidencePage',
  ),
});

export const evidenceGaps = createRoute({
  getParentRoute: () => root,
  path: '/evidence/gaps',
  validateSearch: evidenceGapsSearch,
  component: lazyRouteComponent(
    () => import('../../features/evidence/EvidenceGapsPage.js'),
    'EvidenceGapsPage',
  ),
});

export const evidencePackages = createRoute({
  getParentRoute: () => root,
  path: '/evidence/packages',
  component: lazyRouteComponent(
    () => import('../../features/evidence/EvidencePackagesPage.js'),
    'EvidencePackagesPage',
  ),
});

export const evidenceItem = createRoute({
  getParentRoute: () => root,
  path: '/evidence/$evidenceId',
  component: lazyRouteComponent(
    () => import('../../features/evidence/EvidenceItemPage.js'),
    'EvidenceItemPage',
  ),
});

export const drift = createRoute({
  getParentRoute: () => root,
  path: '/drift',
  validateSearch: driftSearch,
  component: lazyRouteComponent(() => import('../../features/drift/DriftPage.js'), 'DriftPage'),
});

export const driftEvent = createRoute({
  getParentRoute: () => root,
  path: '/drift/events/$eventId',
  component: lazyRouteComponent(
    () => import('../../features/drift/DriftEventPage.js'),
    'DriftEventPage',
  ),
});

export const driftSnapshots = createRoute({
  getParentRoute: () => root,
  path: '/drift/snapshots',
  validateSearch: snapshotsSearch,
  component: lazyRouteComponent(
    () => import('../../features/drift/SnapshotsPage.js'),
    'SnapshotsPage',
  ),
});

export const driftPolicies = createRoute({
  getParentRoute: () => root,
  path: '/drift/policies',
  component: lazyRouteComponent(
    () => import('../../features/drift/PoliciesPage.js'),
    'PoliciesPage',
  ),
});

export const driftChannels = createRoute({
  getParentRoute: () => root,
  path: '/drift/channels',
  component: lazyRouteComponent(
    () => import('../../features/drift/ChannelsPage.js'),
    'ChannelsPage',
  ),
});

export const scf = createRoute({
  getParentRoute: () => root,
  path: '/controls/scf',
  validateSearch: scfSearch,
  component: lazyRouteComponent(() => import('../../features/scf/ScfPage.js'), 'ScfPage'),
});
