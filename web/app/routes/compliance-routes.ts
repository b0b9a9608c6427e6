import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import {
  assessmentSearch,
  assessmentsSearch,
} from '../../features/assessments/assessments.search.js';
import { controlsSearch } from '../../features/compliance/controls.search.js';
import { frameworkSearch } from '../../features/compliance/framework.search.js';
import { frameworksSearch } from '../../features/compliance/frameworks.search.js';
import { gapsSearch } from '../../features/compliance/gaps.search.js';
import { mappingsSearch } from '../../features/compliance/mappings.search.js';
import { ownControlsSearch } from '../../features/compliance/own-controls.search.js';
import { postureSearch } from '../../features/compliance/posture.search.js';
import { scfSearch } from '../../features/compliance/scf.search.js';
import { driftSearch, snapshotsSearch } from '../../features/drift/drift.search.js';
import {
  gapsSearch as evidenceGapsSearch,
  evidenceSearch,
} from '../../features/evidence/evidence.search.js';
import { root } from './root-route.js';

export const posture = createRoute({
  getParentRoute: () => root,
  path: '/',
  validateSearch: postureSearch,
  component: lazyRouteComponent(
    () => import('../../features/compliance/PosturePage.js'),
    'PosturePage',
  ),
});

export const frameworks = createRoute({
  getParentRoute: () => root,
  path: '/frameworks',
  validateSearch: frameworksSearch,
  component: lazyRouteComponent(
    () => import('../../features/compliance/FrameworksPage.js'),
    'FrameworksPage',
  ),
});

export const framework = createRoute({
  getParentRoute: () => root,
  path: '/frameworks/$frameworkId',
  validateSearch: frameworkSearch,
  component: lazyRouteComponent(
    () => import('../../features/compliance/FrameworkPage.js'),
    'FrameworkPage',
  ),
});

export const frameworkScope = createRoute({
  getParentRoute: () => root,
  path: '/frameworks/scope',
  component: lazyRouteComponent(
    () => import('../../features/compliance/ScopePage.js'),
    'ScopePage',
  ),
});

export const frameworkGaps = createRoute({
  getParentRoute: () => root,
  path: '/frameworks/$frameworkId/gaps',
  validateSearch: gapsSearch,
  component: lazyRouteComponent(
    () => import('../../features/compliance/FrameworkGapsPage.js'),
    'FrameworkGapsPage',
  ),
});

export const controls = createRoute({
  getParentRoute: () => root,
  path: '/controls',
  validateSearch: controlsSearch,
  component: lazyRouteComponent(
    () => import('../../features/compliance/ControlsPage.js'),
    'ControlsPage',
  ),
});

export const control = createRoute({
  getParentRoute: () => root,
  path: '/controls/$controlId',
  component: lazyRouteComponent(
    () => import('../../features/compliance/ControlPage.js'),
    'ControlPage',
  ),
});

export const mappings = createRoute({
  getParentRoute: () => root,
  path: '/controls/mappings',
  validateSearch: mappingsSearch,
  component: lazyRouteComponent(
    () => import('../../features/compliance/MappingsPage.js'),
    'MappingsPage',
  ),
});

export const ownControls = createRoute({
  getParentRoute: () => root,
  path: '/controls/own',
  validateSearch: ownControlsSearch,
  component: lazyRouteComponent(
    () => import('../../features/compliance/OwnControlsPage.js'),
    'OwnControlsPage',
  ),
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
  component: lazyRouteComponent(() => import('../../features/compliance/ScfPage.js'), 'ScfPage'),
});
