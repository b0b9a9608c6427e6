import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  type RouterHistory,
} from '@tanstack/react-router';
import { controlsSearch } from '../features/compliance/controls.search.js';
import { frameworkSearch } from '../features/compliance/framework.search.js';
import { findingsSearch } from '../features/security-scans/findings.search.js';
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
const system = createRoute({
  getParentRoute: () => root,
  path: '/system',
  component: lazyRouteComponent(() => import('../features/platform/SystemPage.js'), 'SystemPage'),
});

const routeTree = root.addChildren([
  posture,
  frameworks,
  framework,
  controls,
  control,
  findings,
  finding,
  imports,
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
