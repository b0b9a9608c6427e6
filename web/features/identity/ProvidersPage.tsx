import { Button, Stack } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { KeyRound, Plus, UserCheck } from 'lucide-react';
import { useState } from 'react';
import type { IdentityProvider } from '../../../contract/identity-providers.js';
import { useAppState } from '../../app/AppStateContext.js';
import { EmptyState } from '../../ui/EmptyState.js';
import { Loaded } from '../../ui/Loaded.js';
import { PagedItems } from '../../ui/PagedItems.js';
import { PageHeader } from '../../ui/PageHeader.js';
import classes from '../../ui/rows.module.css';
import { Section } from '../../ui/Section.js';
import { NotAllowed } from '../orchestration/NotAllowed.js';
import { SystemSections } from '../platform/SystemSections.js';
import { ProviderDialog } from './ProviderDialog.js';
import { ProviderRow } from './ProviderRow.js';
import { SignOnIdentityRow } from './SignOnIdentityRow.js';
import { providersQuery, signOnIdentitiesQuery } from './single-sign-on.api.js';

type Open = IdentityProvider | 'new' | null;

export function ProvidersPage() {
  const { may } = useAppState();
  const [open, setOpen] = useState<Open>(null);
  return (
    <>
      <PageHeader
        title="Identity providers"
        about="Let people sign in with Keycloak, Entra ID, Okta, Google or another OpenID Connect provider. Administrators with a password can always sign in without."
        actions={
          may('installation:write') && (
            <Button leftSection={<Plus size={16} aria-hidden />} onClick={() => setOpen('new')}>
              Add a provider
            </Button>
          )
        }
      />
      <SystemSections />
      {may('installation:write') ? (
        <Stack>
          <Providers onEdit={setOpen} />
          <People isWaiting />
          <People />
        </Stack>
      ) : (
        <NotAllowed what="see the identity providers of the installation" />
      )}
      {open !== null && (
        <ProviderDialog provider={open === 'new' ? null : open} onClose={() => setOpen(null)} />
      )}
    </>
  );
}

function Providers({ onEdit }: { onEdit: (provider: IdentityProvider) => void }) {
  const query = useQuery(providersQuery);
  return (
    <Loaded query={query}>
      {({ items }) =>
        items.length === 0 ? (
          <EmptyState icon={KeyRound} title="No identity providers yet">
            People sign in with a password until you add one.
          </EmptyState>
        ) : (
          <Section title="Providers">
            <ul className={classes.rows}>
              {items.map((provider) => (
                <ProviderRow
                  key={provider.id}
                  provider={provider}
                  onEdit={() => onEdit(provider)}
                />
              ))}
            </ul>
          </Section>
        )
      }
    </Loaded>
  );
}

/** Who waits, or who was let in. */
function People({ isWaiting = false }: { isWaiting?: boolean }) {
  const query = useInfiniteQuery(signOnIdentitiesQuery(isWaiting));
  return (
    <PagedItems
      query={query}
      title={isWaiting ? 'Waiting to be admitted' : 'Who signed in'}
      empty={
        isWaiting ? (
          <EmptyState icon={UserCheck} title="Nobody waits">
            Who signs in without being given a role by a rule appears here.
          </EmptyState>
        ) : null
      }
    >
      {(items) => (
        <ul className={classes.rows}>
          {items.map((identity) => (
            <SignOnIdentityRow key={identity.id} identity={identity} />
          ))}
        </ul>
      )}
    </PagedItems>
  );
}
