import { Link2Off } from 'lucide-react';
import { EmptyState } from '../../ui/EmptyState.js';
import { ButtonLink } from '../../ui/links.js';
import { PublicPage } from './PublicPage.js';

/** In place of a page whose link came without its token; after a reload the token is gone too. */
export function MissingToken() {
  return (
    <PublicPage title="Open the link again">
      <EmptyState
        icon={Link2Off}
        title="This address is not complete"
        action={
          <ButtonLink to="/sign-in" search={{}} variant="default">
            Go to sign-in
          </ButtonLink>
        }
      >
        Open the whole link that you were given. It also has to be opened again after a reload.
      </EmptyState>
    </PublicPage>
  );
}
