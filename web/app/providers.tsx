import { MantineProvider } from '@mantine/core';
import { type QueryClient, QueryClientProvider } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { UploadsProvider } from '../features/security-scans/UploadsContext.js';
import { AppStateProvider } from './AppStateContext.js';
import { cssVariablesResolver, theme } from './theme.js';

interface ProvidersProps {
  queryClient: QueryClient;
  children: ReactNode;
  env?: 'default' | 'test';
}

export function Providers({ queryClient, children, env = 'default' }: ProvidersProps) {
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariablesResolver}
      defaultColorScheme="auto"
      env={env}
    >
      <QueryClientProvider client={queryClient}>
        <AppStateProvider>
          <UploadsProvider>{children}</UploadsProvider>
        </AppStateProvider>
      </QueryClientProvider>
    </MantineProvider>
  );
}
