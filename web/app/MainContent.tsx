import { Outlet, useLocation } from '@tanstack/react-router';
import { useAppState } from './AppStateContext.js';
import { ModuleUnavailable } from './ModuleUnavailable.js';
import { moduleOf } from './navigation.js';
import { Shell } from './Shell.js';

/** Shows the section of the address, or why its module cannot. */
export function MainContent() {
  const { pathname } = useLocation();
  const { unavailable } = useAppState();
  const name = moduleOf(pathname);
  const module = name && unavailable(name);
  return <Shell>{module ? <ModuleUnavailable module={module} /> : <Outlet />}</Shell>;
}
