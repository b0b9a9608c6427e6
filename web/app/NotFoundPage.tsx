import { Compass } from 'lucide-react';
import { EmptyState } from '../ui/EmptyState.js';
import { ButtonLink } from '../ui/links.js';
import { PageHeader } from '../ui/PageHeader.js';

export function NotFoundPage() {
  return (
    <>
      <PageHeader title="Page not found" />
      <EmptyState
        icon={Compass}
        title="Nothing was found at this address"
        action={
          <ButtonLink to="/" variant="default">
            Go to the posture
          </ButtonLink>
        }
      >
        The page may have been moved or removed, or the address has a typo.
      </EmptyState>
    </>
  );
}
