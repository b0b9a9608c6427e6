import { Outlet, useLocation } from '@tanstack/react-router';
import { useAppState } from './AppStateContext.js';
import { ModuleUnavailable } from './ModuleUnavailable.js';
import { moduleOf } from './navigation.js';
import { Shell } from './Shell.js';

/** Shows the page of the URL, or why its module is unavailable. */
export function MainContent() {
  const { pathname } = useLocation();
  const { unavailable } = useAppState();
  const name = moduleOf(pathname);
  const module = name && unavailable(name);
  return <Shell>{module ? <ModuleUnavailable module={module} /> : <Outlet />}</Shell>;
}
