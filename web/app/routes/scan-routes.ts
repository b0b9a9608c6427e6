import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { newAccountSearch } from '../../features/cloud-security/accounts.search.js';
import { imagesSearch } from '../../features/container-security/images.search.js';
import {
  newScanSearch,
  scansSearch,
  schedulesSearch,
} from '../../features/orchestration/scans.search.js';
import { auditSearch } from '../../features/platform/audit.search.js';
import { findingsSearch } from '../../features/security-scans/findings.search.js';
import { targetsSearch } from '../../features/web-security/targets.search.js';
import { root } from './root-route.js';

export const findings = createRoute({
  getParentRoute: () => root,
  path: '/findings',
  validateSearch: findingsSearch,
  component: lazyRouteComponent(
    () => import('../../features/security-scans/FindingsPage.js'),
    'FindingsPage',
  ),
});

export const finding = createRoute({
  getParentRoute: () => root,
  path: '/findings/$findingId',
  component: lazyRouteComponent(
    () => import('../../features/security-scans/FindingPage.js'),
    'FindingPage',
  ),
});

export const imports = createRoute({
  getParentRoute: () => root,
  path: '/imports',
  component: lazyRouteComponent(
    () => import('../../features/security-scans/ImportsPage.js'),
    'ImportsPage',
  ),
});

export const importPage = createRoute({
  getParentRoute: () => root,
  path: '/imports/$importId',
  component: lazyRouteComponent(
    () => import('../../features/security-scans/ImportPage.js'),
    'ImportPage',
  ),
});

export const scans = createRoute({
  getParentRoute: () => root,
  path: '/scans',
  validateSearch: scansSearch,
  component: lazyRouteComponent(
    () => import('../../features/orchestration/ScansPage.js'),
    'ScansPage',
  ),
});

export const newScan = createRoute({
  getParentRoute: () => root,
  path: '/scans/new',
  validateSearch: newScanSearch,
  component: lazyRouteComponent(
    () => import('../../features/orchestration/NewScanPage.js'),
    'NewScanPage',
  ),
});

export const schedules = createRoute({
  getParentRoute: () => root,
  path: '/scans/schedules',
  validateSearch: schedulesSearch,
  component: lazyRouteComponent(
    () => import('../../features/orchestration/SchedulesPage.js'),
    'SchedulesPage',
  ),
});

export const newSchedule = createRoute({
  getParentRoute: () => root,
  path: '/scans/schedules/new',
  validateSearch: newScanSearch,
  component: lazyRouteComponent(
    () => import('../../features/orchestration/NewSchedulePage.js'),
    'NewSchedulePage',
  ),
});

export const schedule = createRoute({
  getParentRoute: () => root,
  path: '/scans/schedules/$scheduleId',
  component: lazyRouteComponent(
    () => import('../../features/orchestration/SchedulePage.js'),
    'SchedulePage',
  ),
});

export const systemJobs = createRoute({
  getParentRoute: () => root,
  path: '/scans/system-jobs',
  component: lazyRouteComponent(
    () => import('../../features/orchestration/SystemJobsPage.js'),
    'SystemJobsPage',
  ),
});

export const tools = createRoute({
  getParentRoute: () => root,
  path: '/scans/tools',
  component: lazyRouteComponent(
    () => import('../../features/orchestration/ToolsPage.js'),
    'ToolsPage',
  ),
});

export const ownTargets = createRoute({
  getParentRoute: () => root,
  path: '/scans/own-targets',
  component: lazyRouteComponent(
    () => import('../../features/orchestration/OwnTargetsPage.js'),
    'OwnTargetsPage',
  ),
});

export const deadLetters = createRoute({
  getParentRoute: () => root,
  path: '/scans/dead-letters',
  component: lazyRouteComponent(
    () => import('../../features/orchestration/DeadLettersPage.js'),
    'DeadLettersPage',
  ),
});

export const scan = createRoute({
  getParentRoute: () => root,
  path: '/scans/$scanId',
  component: lazyRouteComponent(
    () => import('../../features/orchestration/ScanPage.js'),
    'ScanPage',
  ),
});

export const accounts = createRoute({
  getParentRoute: () => root,
  path: '/accounts',
  component: lazyRouteComponent(
    () => import('../../features/cloud-security/AccountsPage.js'),
    'AccountsPage',
  ),
});

export const newAccount = createRoute({
  getParentRoute: () => root,
  path: '/accounts/new',
  validateSearch: newAccountSearch,
  component: lazyRouteComponent(
    () => import('../../features/cloud-security/NewAccountPage.js'),
    'NewAccountPage',
  ),
});

export const account = createRoute({
  getParentRoute: () => root,
  path: '/accounts/$accountId',
  component: lazyRouteComponent(
    () => import('../../features/cloud-security/AccountPage.js'),
    'AccountPage',
  ),
});

export const images = createRoute({
  getParentRoute: () => root,
  path: '/images',
  validateSearch: imagesSearch,
  component: lazyRouteComponent(
    () => import('../../features/container-security/ImagesPage.js'),
    'ImagesPage',
  ),
});

export const image = createRoute({
  getParentRoute: () => root,
  path: '/images/$imageId',
  component: lazyRouteComponent(
    () => import('../../features/container-security/ImagePage.js'),
    'ImagePage',
  ),
});

export const targets = createRoute({
  getParentRoute: () => root,
  path: '/targets',
  validateSearch: targetsSearch,
  component: lazyRouteComponent(
    () => import('../../features/web-security/TargetsPage.js'),
    'TargetsPage',
  ),
});

export const system = createRoute({
  getParentRoute: () => root,
  path: '/system',
  component: lazyRouteComponent(
    () => import('../../features/platform/SystemPage.js'),
    'SystemPage',
  ),
});

export const auditTrail = createRoute({
  getParentRoute: () => root,
  path: '/system/audit',
  validateSearch: auditSearch,
  component: lazyRouteComponent(() => import('../../features/platform/AuditPage.js'), 'AuditPage'),
});
