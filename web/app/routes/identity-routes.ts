import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { signInSearch } from '../../features/identity/sign-in.search.js';
import { usersSearch } from '../../features/identity/users.search.js';
import { root } from './root-route.js';

const publicPage = { isPublic: true } as const;

export const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  staticData: publicPage,
  validateSearch: signInSearch,
  component: lazyRouteComponent(
    () => import('../../features/identity/SignInPage.js'),
    'SignInPage',
  ),
});

export const signOnReturn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in/oidc/$providerId',
  staticData: publicPage,
  component: lazyRouteComponent(
    () => import('../../features/identity/SignOnReturnPage.js'),
    'SignOnReturnPage',
  ),
});

export const providers = createRoute({
  getParentRoute: () => root,
  path: '/system/providers',
  component: lazyRouteComponent(
    () => import('../../features/identity/ProvidersPage.js'),
    'ProvidersPage',
  ),
});

export const setup = createRoute({
  getParentRoute: () => root,
  path: '/setup',
  staticData: publicPage,
  component: lazyRouteComponent(() => import('../../features/identity/SetupPage.js'), 'SetupPage'),
});

export const resetPassword = createRoute({
  getParentRoute: () => root,
  path: '/reset-password',
  staticData: publicPage,
  component: lazyRouteComponent(
    () => import('../../features/identity/ResetPasswordPage.js'),
    'ResetPasswordPage',
  ),
});

export const invitation = createRoute({
  getParentRoute: () => root,
  path: '/invitation',
  staticData: publicPage,
  component: lazyRouteComponent(
    () => import('../../features/identity/InvitationPage.js'),
    'InvitationPage',
  ),
});

export const connect = createRoute({
  getParentRoute: () => root,
  path: '/connect',
  component: lazyRouteComponent(
    () => import('../../features/identity/ConnectPage.js'),
    'ConnectPage',
  ),
});

export const account = createRoute({
  getParentRoute: () => root,
  path: '/account',
  component: lazyRouteComponent(
    () => import('../../features/identity/AccountPage.js'),
    'AccountPage',
  ),
});

export const team = createRoute({
  getParentRoute: () => root,
  path: '/system/team',
  component: lazyRouteComponent(() => import('../../features/identity/TeamPage.js'), 'TeamPage'),
});

export const keys = createRoute({
  getParentRoute: () => root,
  path: '/system/keys',
  component: lazyRouteComponent(
    () => import('../../features/identity/ApiKeysPage.js'),
    'ApiKeysPage',
  ),
});

export const auditForwards = createRoute({
  getParentRoute: () => root,
  path: '/system/audit/forwarding',
  component: lazyRouteComponent(
    () => import('../../features/identity/AuditForwardsPage.js'),
    'AuditForwardsPage',
  ),
});

export const users = createRoute({
  getParentRoute: () => root,
  path: '/system/users',
  validateSearch: usersSearch,
  component: lazyRouteComponent(() => import('../../features/identity/UsersPage.js'), 'UsersPage'),
});

export const teams = createRoute({
  getParentRoute: () => root,
  path: '/system/teams',
  component: lazyRouteComponent(() => import('../../features/identity/TeamsPage.js'), 'TeamsPage'),
});

export const roles = createRoute({
  getParentRoute: () => root,
  path: '/system/roles',
  component: lazyRouteComponent(() => import('../../features/identity/RolesPage.js'), 'RolesPage'),
});
