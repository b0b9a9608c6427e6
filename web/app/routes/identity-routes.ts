import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { signInSearch } from '../../features/identity/sign-in.search.js';
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
