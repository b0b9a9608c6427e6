import { ShieldCheck } from 'lucide-react';
import { EmptyState } from '../ui/EmptyState.js';
import { ButtonLink } from '../ui/links.js';
import { PageHeader } from '../ui/PageHeader.js';
import { useAppState } from './AppStateContext.js';

/** In place of the pages of a team that asks for a second factor, which this session has not shown. */
export function NeedsSecondFactor() {
  const { team } = useAppState();
  return (
    <>
      <PageHeader title="Second factor" />
      <EmptyState
        icon={ShieldCheck}
        title={`${team.name} asks for a second factor`}
        action={<ButtonLink to="/account">Open your account</ButtonLink>}
      >
        Add an authenticator app to your account. If you have one, sign out and sign in with it.
      </EmptyState>
    </>
  );
}
