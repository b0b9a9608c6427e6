import { createRouter, type RouterHistory } from '@tanstack/react-router';
import { PageLoading } from '../ui/PageLoading.js';
import { ErrorPage } from './ErrorPage.js';
import { NotFoundPage } from './NotFoundPage.js';
import * as compliance from './routes/compliance-routes.js';
import * as identity from './routes/identity-routes.js';
import { root } from './routes/root-route.js';
import * as scans from './routes/scan-routes.js';
import { parseSearch, stringifySearch } from './search-params.js';

const routeTree = root.addChildren([
  compliance.posture,
  compliance.frameworks,
  compliance.framework,
  compliance.frameworkScope,
  compliance.frameworkGaps,
  compliance.requirement,
  compliance.controls,
  compliance.control,
  compliance.mappings,
  compliance.customControls,
  compliance.ownControls,
  compliance.assessments,
  compliance.assessment,
  compliance.evidence,
  compliance.evidenceGaps,
  compliance.evidencePackages,
  compliance.evidenceItem,
  compliance.drift,
  compliance.driftEvent,
  compliance.driftSnapshots,
  compliance.driftPolicies,
  compliance.driftChannels,
  compliance.scf,
  scans.findings,
  scans.finding,
  scans.imports,
  scans.importPage,
  scans.scans,
  scans.newScan,
  scans.schedules,
  scans.newSchedule,
  scans.schedule,
  scans.systemJobs,
  scans.tools,
  scans.ownTargets,
  scans.deadLetters,
  scans.scan,
  scans.accounts,
  scans.newAccount,
  scans.account,
  scans.images,
  scans.image,
  scans.targets,
  scans.system,
  scans.auditTrail,
  identity.signIn,
  identity.signOnReturn,
  identity.providers,
  identity.setup,
  identity.resetPassword,
  identity.invitation,
  identity.connect,
  identity.account,
  identity.team,
  identity.keys,
  identity.auditForwards,
  identity.users,
  identity.teams,
  identity.roles,
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
  interface StaticDataRouteOption {
    /** Needs no session and has no navigation. */
    isPublic?: true;
  }
}
