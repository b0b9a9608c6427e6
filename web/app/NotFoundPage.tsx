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
        title="There is nothing at this address"
        action={
          <ButtonLink to="/" variant="default">
            Go to the posture
          </ButtonLink>
        }
      >
        It may have been moved or removed, or the address has a typing mistake.
      </EmptyState>
    </>
  );
}
