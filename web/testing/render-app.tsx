import { createMemoryHistory, RouterProvider } from '@tanstack/react-router';
import { configure, render } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { getMe, type Me } from '../../contract/platform.js';
import { listReportPlaces } from '../../contract/report-places.js';
import { listReportFormats } from '../../contract/security-scans.js';
import { listLinkedIdentities, listSignInProviders } from '../../contract/single-sign-on.js';
import { createQueryClient } from '../api/query-client.js';
import { Providers } from '../app/providers.js';
import { createAppRouter } from '../app/router.js';
import { MockServer } from './mock-server.js';
import { aMe } from './platform.builders.js';
import { aReportFormat } from './security-scans.builders.js';

// The first page of a test file loads lazily; an element that never appears fails by the test timeout.
configure({ asyncUtilTimeout: 30_000 });

/** A mock server with a signed-in user; tests add the endpoints that their page needs. */
export function aServer(me: Me = aMe()): MockServer {
  // The router calls it after each navigation, and happy-dom does not have it.
  window.scrollTo = () => {};
  return new MockServer()
    .start()
    .on(getMe, () => me)
    .on(listReportFormats, () => ({ items: [aReportFormat()] }))
    .on(listReportPlaces, () => ({ items: [] }))
    .on(listSignInProviders, () => ({ items: [] }))
    .on(listLinkedIdentities, () => ({ items: [] }));
}

/** Renders the whole app at a path. */
export function renderApp(path: string) {
  const router = createAppRouter(createMemoryHistory({ initialEntries: [path] }));
  const view = render(
    <Providers queryClient={createQueryClient({ retries: 0 })} env="test">
      <RouterProvider router={router} />
    </Providers>,
  );
  const address = () => router.state.location.href;
  const user = userEvent.setup();
  /** Pastes the text where typing is not under test: every key renders the page again. */
  const fill = async (field: HTMLElement, text: string) => {
    await user.clear(field);
    await user.click(field);
    await user.paste(text);
  };
  return { ...view, address, user, fill };
}
