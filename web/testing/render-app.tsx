import { createMemoryHistory, RouterProvider } from '@tanstack/react-router';
import { cleanup, configure, render } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, vi } from 'vitest';
import { getMe, type Me } from '../../contract/platform.js';
import { listReportFormats } from '../../contract/security-scans.js';
import { createQueryClient } from '../api/query-client.js';
import { Providers } from '../app/providers.js';
import { createAppRouter } from '../app/router.js';
import { MockServer } from './mock-server.js';
import { aMe } from './platform.builders.js';
import { aReportFormat } from './security-scans.builders.js';

// The first page of a file waits for its code; what never comes is told by the test's own limit.
configure({ asyncUtilTimeout: 10_000 });

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

/** A server that knows who asks; tests add what their page needs. */
export function aServer(me: Me = aMe()): MockServer {
  // What the router calls after each navigation, which happy-dom does not have.
  window.scrollTo = () => {};
  return new MockServer()
    .start()
    .on(getMe, () => me)
    .on(listReportFormats, () => ({ items: [aReportFormat()] }));
}

/** The whole app at an address. */
export function renderApp(path: string) {
  const router = createAppRouter(createMemoryHistory({ initialEntries: [path] }));
  const view = render(
    <Providers queryClient={createQueryClient({ retries: 0 })} env="test">
      <RouterProvider router={router} />
    </Providers>,
  );
  const address = () => router.state.location.href;
  const user = userEvent.setup();
  /** At once, where how it is typed is not what a test is about: every key draws the page anew. */
  const fill = async (field: HTMLElement, text: string) => {
    await user.clear(field);
    await user.click(field);
    await user.paste(text);
  };
  return { ...view, address, user, fill };
}
