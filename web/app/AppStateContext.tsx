import { useQuery } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext, useMemo } from 'react';
import type { ModuleName, Permission } from '../../contract/endpoint.js';
import { getMe, type Me, type ModuleHealth } from '../../contract/platform.js';
import { ApiProblem } from '../api/api-problem.js';
import { apiService } from '../api/apiService.js';
import { meKey } from '../api/cache-keys.js';
import { PageLoading } from '../ui/PageLoading.js';
import { ProblemAlert } from '../ui/ProblemAlert.js';
import { ToSignIn } from './ToSignIn.js';

export interface AppState
  extends Pick<Me, 'user' | 'team' | 'membership' | 'teams' | 'needsSecondFactor' | 'modules'> {
  /** An auditor who sees one framework of the team only. */
  isLimited: boolean;
  may(permission: Permission): boolean;
  /** Whether this server loads the module, working or not: it can be configured to load only some. */
  has(name: ModuleName): boolean;
  /** The module if it cannot be used, with the reason. */
  unavailable(name: ModuleName): ModuleHealth | null;
}

const AppStateContext = createContext<AppState | null>(null);

/**
 * The current user, team, permissions and modules. Nothing is rendered until they are loaded; whoever is
 * not signed in is sent to the sign-in page.
 */
export function AppStateProvider({ children }: { children: ReactNode }) {
  const { data, error, refetch } = useQuery({
    queryKey: meKey,
    queryFn: ({ signal }) => apiService(getMe, { signal }),
    staleTime: 60_000,
    refetchInterval: 60_000,
  });
  const state = useMemo(() => data && stateOf(data), [data]);
  if (error instanceof ApiProblem && error.code === 'unauthenticated') return <ToSignIn />;
  if (state) return <AppStateContext value={state}>{children}</AppStateContext>;
  if (error) return <ProblemAlert problem={error} onRetry={refetch} wholePage />;
  return <PageLoading />;
}

export function useAppState(): AppState {
  const state = useContext(AppStateContext);
  if (!state) throw new Error('useAppState is used outside of AppStateProvider');
  return state;
}

function stateOf({ modules, permissions, ...me }: Me): AppState {
  const has = (name: ModuleName) =>
    name === 'platform' || modules.some((each) => each.name === name);
  return {
    ...me,
    modules,
    isLimited: (me.membership?.reach ?? null) !== null,
    may: (permission) => permissions.includes(permission),
    has,
    unavailable: (name) =>
      has(name)
        ? (modules.find((each) => each.name === name && each.status === 'unavailable') ?? null)
        : {
            ...{ name, status: 'unavailable', prefixes: [], needsRestart: false },
            reason: 'it is not loaded on this server',
          },
  };
}
