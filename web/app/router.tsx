import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  type RouterHistory,
} from '@tanstack/react-router';
import { controlsSearch } from '../features/compliance/controls.search.js';
import { frameworkSearch } from '../features/compliance/framework.search.js';
import { frameworksSearch } from '../features/compliance/frameworks.search.js';
import { gapsSearch } from '../features/compliance/gaps.search.js';
import { imagesSearch } from '../features/container-security/images.search.js';
import { newScanSearch, scansSearch } from '../features/orchestration/scans.search.js';
import { findingsSearch } from '../features/security-scans/findings.search.js';
import { targetsSearch } from '../features/web-security/targets.search.js';
import { PageLoading } from '../ui/PageLoading.js';
import { ErrorPage } from './ErrorPage.js';
import { MainContent } from './MainContent.js';
import { NotFoundPage } from './NotFoundPage.js';
import { parseSearch, stringifySearch } from './search-params.js';

const root = createRootRoute({ component: MainContent });

const posture = createRoute({
  getParentRoute: () => root,
  path: '/',
  component: lazyRouteComponent(
    () => import('../features/compliance/PosturePage.js'),
    'PosturePage',
  ),
});
const frameworks = createRoute({
  getParentRoute: () => root,
  path: '/frameworks',
  validateSearch: frameworksSearch,
  component: lazyRouteComponent(
    () => import('../features/compliance/FrameworksPage.js'),
    'FrameworksPage',
  ),
});
const framework = createRoute({
  getParentRoute: () => root,
  path: '/frameworks/$frameworkId',
  validateSearch: frameworkSearch,
  component: lazyRouteComponent(
    () => import('../features/compliance/FrameworkPage.js'),
    'FrameworkPage',
  ),
});
const frameworkScope = createRoute({
  getParentRoute: () => root,
  path: '/frameworks/scope',
  component: lazyRouteComponent(() => import('../features/compliance/ScopePage.js'), 'ScopePage'),
});
const frameworkGaps = createRoute({
  getParentRoute: () => root,
  path: '/frameworks/$frameworkId/gaps',
  validateSearch: gapsSearch,
  component: lazyRouteComponent(
    () => import('../features/compliance/FrameworkGapsPage.js'),
    'FrameworkGapsPage',
  ),
});
const controls = createRoute({
  getParentRoute: () => root,
  path: '/controls',
  validateSearch: controlsSearch,
  component: lazyRouteComponent(
    () => import('../features/compliance/ControlsPage.js'),
    'ControlsPage',
  ),
});
const control = createRoute({
  getParentRoute: () => root,
  path: '/controls/$controlId',
  component: lazyRouteComponent(
    () => import('../features/compliance/ControlPage.js'),
    'ControlPage',
  ),
});
const findings = createRoute({
  getParentRoute: () => root,
  path: '/findings',
  validateSearch: findingsSearch,
  component: lazyRouteComponent(
    () => import('../features/security-scans/FindingsPage.js'),
    'FindingsPage',
  ),
});
const finding = createRoute({
  getParentRoute: () => root,
  path: '/findings/$findingId',
  component: lazyRouteComponent(
    () => import('../features/security-scans/FindingPage.js'),
    'FindingPage',
  ),
});
const imports = createRoute({
  getParentRoute: () => root,
  path: '/imports',
  component: lazyRouteComponent(
    () => import('../features/security-scans/ImportsPage.js'),
    'ImportsPage',
  ),
});
const scans = createRoute({
  getParentRoute: () => root,
  path: '/scans',
  validateSearch: scansSearch,
  component: lazyRouteComponent(
    () => import('../features/orchestration/ScansPage.js'),
    'ScansPage',
  ),
});
const newScan = createRoute({
  getParentRoute: () => root,
  path: '/scans/new',
  validateSearch: newScanSearch,
  component: lazyRouteComponent(
    () => import('../features/orchestration/NewScanPage.js'),
    'NewScanPage',
  ),
});
const schedules = createRoute({
  getParentRoute: () => root,
  path: '/scans/schedules',
  component: lazyRouteComponent(
    () => import('../features/orchestration/SchedulesPage.js'),
    'SchedulesPage',
  ),
});
const tools = createRoute({
  getParentRoute: () => root,
  path: '/scans/tools',
  component: lazyRouteComponent(
    () => import('../features/orchestration/ToolsPage.js'),
    'ToolsPage',
  ),
});
const ownTargets = createRoute({
  getParentRoute: () => root,
  path: '/scans/own-targets',
  component: lazyRouteComponent(
    () => import('../features/orchestration/OwnTargetsPage.js'),
    'OwnTargetsPage',
  ),
});
const deadLetters = createRoute({
  getParentRoute: () => root,
  path: '/scans/dead-letters',
  component: lazyRouteComponent(
    () => import('../features/orchestration/DeadLettersPage.js'),
    'DeadLettersPage',
  ),
});
const scan = createRoute({
  getParentRoute: () => root,
  path: '/scans/$scanId',
  component: lazyRouteComponent(() => import('../features/orchestration/ScanPage.js'), 'ScanPage'),
});
const accounts = createRoute({
  getParentRoute: () => root,
  path: '/accounts',
  component: lazyRouteComponent(
    () => import('../features/cloud-security/AccountsPage.js'),
    'AccountsPage',
  ),
});
const newAccount = createRoute({
  getParentRoute: () => root,
  path: '/accounts/new',
  component: lazyRouteComponent(
    () => import('../features/cloud-security/NewAccountPage.js'),
    'NewAccountPage',
  ),
});
const account = createRoute({
  getParentRoute: () => root,
  path: '/accounts/$accountId',
  component: lazyRouteComponent(
    () => import('../features/cloud-security/AccountPage.js'),
    'AccountPage',
  ),
});
const images = createRoute({
  getParentRoute: () => root,
  path: '/images',
  validateSearch: imagesSearch,
  component: lazyRouteComponent(
    () => import('../features/container-security/ImagesPage.js'),
    'ImagesPage',
  ),
});
const image = createRoute({
  getParentRoute: () => root,
  path: '/images/$imageId',
  component: lazyRouteComponent(
    () => import('../features/container-security/ImagePage.js'),
    'ImagePage',
  ),
});
const targets = createRoute({
  getParentRoute: () => root,
  path: '/targets',
  validateSearch: targetsSearch,
  component: lazyRouteComponent(
    () => import('../features/web-security/TargetsPage.js'),
    'TargetsPage',
  ),
});
const system = createRoute({
  getParentRoute: () => root,
  path: '/system',
  component: lazyRouteComponent(() => import('../features/platform/SystemPage.js'), 'SystemPage'),
});

const routeTree = root.addChildren([
  posture,
  frameworks,
  framework,
  frameworkScope,
  frameworkGaps,
  controls,
  control,
  findings,
  finding,
  imports,
  scans,
  newScan,
  schedules,
  tools,
  ownTargets,
  deadLetters,
  scan,
  accounts,
  newAccount,
  account,
  images,
  image,
  targets,
  system,
]);

export function createAppRouter(history?: RouterHistory) {
  return createRouter({
    routeTree,
    history,
    parseSearch,
    stringifySearch,
    scrollRestoration: true,
    defaultPreload: 'intent',
    defaultPendingComponent: PageLoading,
    defaultErrorComponent: ErrorPage,
    defaultNotFoundComponent: NotFoundPage,
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}
