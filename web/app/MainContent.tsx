import { Outlet, useLocation, useMatches } from '@tanstack/react-router';
import { UploadsProvider } from '../features/security-scans/UploadsContext.js';
import { AppStateProvider, useAppState } from './AppStateContext.js';
import { AuditorNote } from './AuditorNote.js';
import { ModuleUnavailable } from './ModuleUnavailable.js';
import { NeedsSecondFactor } from './NeedsSecondFactor.js';
import { NoTeam } from './NoTeam.js';
import { moduleOf } from './navigation.js';
import { Redirect } from './Redirect.js';
import { Shell } from './Shell.js';

/** Shows the page of the URL: in the shell and to signed-in users only, unless the page is public. */
export function MainContent() {
  // Not by the address, which changes before the page does.
  const isPublic = useMatches({ select: (all) => all.some((each) => each.staticData.isPublic) });
  if (isPublic) return <Outlet />;
  return (
    <AppStateProvider>
      <UploadsProvider>
        <SignedInContent />
      </UploadsProvider>
    </AppStateProvider>
  );
}

/** The page, or why it cannot be shown. */
function SignedInContent() {
  const { pathname } = useLocation();
  const { may, needsSecondFactor, unavailable, membership } = useAppState();
  const name = moduleOf(pathname);
  const module = name && unavailable(name);
  const isOfTeam = pathname !== '/account' && !pathname.startsWith('/system');
  if (needsSecondFactor && pathname !== '/account') {
    return (
      <Shell>
        <NeedsSecondFactor />
      </Shell>
    );
  }
  const reach = membership?.reach;
  const framework = { frameworkId: reach?.frameworkId ?? '' };
  if (reach && (pathname === '/' || pathname === '/frameworks')) {
    return <Redirect to="/frameworks/$frameworkId" params={framework} />;
  }
  const page = isOfTeam && !may('team:read') ? <NoTeam /> : <Outlet />;
  return (
    <Shell>
      <AuditorNote />
      {module ? <ModuleUnavailable module={module} /> : page}
    </Shell>
  );
}
