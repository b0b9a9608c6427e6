import {
  Button,
  Group,
  Stack,
  Table,
  TagsInput,
  Text,
  TextInput,
  VisuallyHidden,
} from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import {
  type AccountProfile,
  putAccountProfile,
  regionExample,
} from '../../../contract/compliance.js';
import { useAppState } from '../../app/AppStateContext.js';
import { FormDialog } from '../../ui/FormDialog.js';
import { Loaded } from '../../ui/Loaded.js';
import { Section } from '../../ui/Section.js';
import { Tag } from '../../ui/Tag.js';
import { fieldErrors } from '../../ui/validation.js';
import { RegionsDialog } from './RegionsDialog.js';
import {
  type NamedAccount,
  profilesQuery,
  regionsQuery,
  useRemoveProfile,
  useSetProfile,
} from './scoping.api.js';

/** Every account with the environment and tags that scopes can select by. */
export function AccountProfiles() {
  const query = useInfiniteQuery(profilesQuery);
  const { may } = useAppState();
  const [edited, setEdited] = useState<AccountProfile | 'new' | null>(null);
  const [located, setLocated] = useState<AccountProfile | null>(null);
  return (
    <Section
      title="Accounts"
      actions={
        may('compliance:write') && (
          <Button size="compact-sm" variant="default" onClick={() => setEdited('new')}>
            Declare an account
          </Button>
        )
      }
    >
      <Loaded query={query}>
        {({ pages }) => {
          const items = pages.flatMap((page) => page.items);
          if (items.length === 0) {
            return (
              <Text size="sm" c="dimmed">
                No accounts yet. Scans and imported reports add them. You can also declare an
                account that no tool has scanned; it counts as not evaluated until one does.
              </Text>
            );
          }
          return (
            <Stack gap="sm">
              <Table aria-label="Accounts" verticalSpacing="xs">
                <Table.Thead>
                  <Table.Tr>
                    <Table.Th>Account</Table.Th>
                    <Table.Th visibleFrom="sm">Environment</Table.Th>
                    <Table.Th visibleFrom="sm">Tags</Table.Th>
                    <Table.Th visibleFrom="sm">Regions in use</Table.Th>
                    <Table.Th>
                      <VisuallyHidden>Actions</VisuallyHidden>
                    </Table.Th>
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {items.map((profile) => (
                    <Table.Tr key={profile.account}>
                      <Table.Td style={{ overflowWrap: 'anywhere', minWidth: 140 }}>
                        {profile.account} {!profile.seen && <Tag tone="amber">No evidence</Tag>}
                        <Text size="xs" c="dimmed" hiddenFrom="sm">
                          {[profile.environment, ...profile.tags, ...(profile.regions ?? [])]
                            .filter(Boolean)
                            .join(' · ') || 'no environment, no tags'}
                        </Text>
                      </Table.Td>
                      <Table.Td visibleFrom="sm">{profile.environment ?? '–'}</Table.Td>
                      <Table.Td visibleFrom="sm">{profile.tags.join(', ') || '–'}</Table.Td>
                      <Table.Td visibleFrom="sm">{profile.regions?.join(', ') ?? '–'}</Table.Td>
                      <Table.Td ta="right">
                        {may('compliance:write') && regionExample(profile.provider) && (
                          <Button
                            size="compact-sm"
                            variant="subtle"
                            aria-label={`Regions of ${profile.account}`}
                            onClick={() => setLocated(profile)}
                          >
                            Regions
                          </Button>
                        )}
                        {may('compliance:write') && (
                          <Button
                            size="compact-sm"
                            variant="subtle"
                            aria-label={`Edit ${profile.account}`}
                            onClick={() => setEdited(profile)}
                          >
                            Edit
                          </Button>
                        )}
                      </Table.Td>
                    </Table.Tr>
                  ))}
                </Table.Tbody>
              </Table>
              {query.hasNextPage && (
                <Group>
                  <Button
                    variant="default"
                    loading={query.isFetchingNextPage}
                    onClick={() => query.fetchNextPage()}
                  >
                    Load more
                  </Button>
                </Group>
              )}
            </Stack>
          );
        }}
      </Loaded>
      {located && <LocatedDialog account={located} onClose={() => setLocated(null)} />}
      {edited && (
        <ProfileDialog profile={edited === 'new' ? null : edited} onClose={() => setEdited(null)} />
      )}
    </Section>
  );
}

/** Opens once it is known which regions the account has results of. */
function LocatedDialog({ account, onClose }: { account: NamedAccount; onClose: () => void }) {
  const { data } = useQuery(regionsQuery(account));
  return data ? <RegionsDialog regions={data} onClose={onClose} /> : null;
}

function ProfileDialog({
  profile,
  onClose,
}: {
  profile: AccountProfile | null;
  onClose: () => void;
}) {
  const set = useSetProfile();
  const remove = useRemoveProfile();
  const [account, setAccount] = useState(profile?.account ?? '');
  const [environment, setEnvironment] = useState(profile?.environment ?? '');
  const [tags, setTags] = useState(profile?.tags ?? []);
  const [errors, setErrors] = useState<Record<string, string>>({});
  const submit = () => {
    const slash = account.indexOf('/');
    const provider = profile?.provider ?? account.slice(0, Math.max(slash, 0)).trim();
    const accountId = profile?.accountId ?? account.slice(slash + 1).trim();
    const body = { environment: environment.trim() || null, tags };
    const found = fieldErrors(putAccountProfile.body, body) ?? {};
    if (!provider || !accountId) found.account = 'Write provider/account, e.g. aws/123456789012';
    setErrors(found);
    if (Object.keys(found).length > 0) return;
    set.mutate(
      { provider, accountId: accountId || 'unnamed account', ...body },
      { onSuccess: onClose },
    );
  };
  return (
    <FormDialog
      title={profile ? `Profile of ${profile.account}` : 'Declare an account'}
      submit="Save the profile"
      busy={set.isPending}
      problem={set.error ?? remove.error}
      onSubmit={submit}
      onClose={onClose}
    >
      {!profile && (
        <TextInput
          label="Account"
          description="As provider/account. Controls stay partial until there is evidence from it."
          value={account}
          onChange={(event) => setAccount(event.currentTarget.value)}
          error={errors.account}
          required
        />
      )}
      <TextInput
        label="Environment"
        description="For example production, staging or development."
        value={environment}
        onChange={(event) => setEnvironment(event.currentTarget.value)}
        error={errors.environment}
      />
      <TagsInput
        label="Tags"
        description="For example cardholder, eu or customer-data. Press Enter to add one."
        value={tags}
        onChange={setTags}
        error={errors.tags}
      />
      {profile && (profile.environment !== null || profile.tags.length > 0 || !profile.seen) && (
        <Group>
          <Button
            variant="subtle"
            color="red.9"
            size="compact-sm"
            loading={remove.isPending}
            onClick={() => remove.mutate(profile, { onSuccess: onClose })}
          >
            Remove the profile
          </Button>
        </Group>
      )}
    </FormDialog>
  );
}
