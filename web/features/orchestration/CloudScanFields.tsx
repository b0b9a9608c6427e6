import { Checkbox, Group, MultiSelect, NativeSelect, Text, TextInput } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { SEVERITIES } from '../../../contract/severity.js';
import { useAppState } from '../../app/AppStateContext.js';
import { words } from '../../ui/format.js';
import { Loaded } from '../../ui/Loaded.js';
import { TextLink } from '../../ui/links.js';
import { textFields } from '../../ui/text-fields.js';
import { accountsQuery } from '../cloud-accounts/account.api.js';
import { placeOf } from '../cloud-accounts/providers.js';
import type { ScanFieldsProps } from './scan-draft.js';

export function CloudScanFields({ draft, errors, onChange }: ScanFieldsProps) {
  const query = useInfiniteQuery(accountsQuery(200));
  const { may } = useAppState();
  const text = textFields(draft, errors, onChange);
  return (
    <Loaded query={query} loading={<Text size="sm">Loading…</Text>}>
      {({ pages }) => {
        const accounts = pages
          .flatMap(({ items }) => items)
          .filter(({ status }) => status !== 'reports_only');
        const chosen = accounts.find(({ id }) => id === draft.accountId);
        if (accounts.length === 0) {
          return (
            <Text size="sm">
              Your team has no cloud account with credentials yet.{' '}
              {may('accounts:write') && (
                <TextLink to="/accounts/new" inherit underline="always">
                  Add one
                </TextLink>
              )}
            </Text>
          );
        }
        return (
          <>
            <NativeSelect
              label="Account"
              description={chosen ? placeOf(chosen.scope) : 'Inactive accounts cannot be scanned.'}
              value={draft.accountId}
              onChange={(event) => onChange({ accountId: event.currentTarget.value, regions: [] })}
              error={errors.accountId}
              required
              data={[
                { value: '', label: 'Choose an account' },
                ...accounts.map(({ id, name, status }) => ({
                  value: id,
                  label: status === 'active' ? name : `${name} (inactive)`,
                  disabled: status !== 'active',
                })),
              ]}
            />
            {chosen?.scope.kind === 'aws' && chosen.scope.regions.length > 1 && (
              <MultiSelect
                label="Regions"
                description="Leave empty to scan all regions of the account. Each region is a separate sub-job."
                data={chosen.scope.regions}
                value={draft.regions}
                onChange={(regions) => onChange({ regions })}
                searchable
                clearable
                clearButtonProps={{ 'aria-label': 'Clear the regions' }}
              />
            )}
            <TextInput
              label="Services"
              description="Prowler’s service names, separated by commas: s3, iam, ec2. Leave empty for all."
              {...text('services')}
            />
            <Checkbox.Group
              label="Check severities"
              description="Choose none for all. A narrower scan only resolves findings it covers."
              value={draft.severities}
              onChange={(values) =>
                onChange({ severities: SEVERITIES.filter((each) => values.includes(each)) })
              }
            >
              <Group mt="xs" gap="md">
                {SEVERITIES.map((value) => (
                  <Checkbox key={value} value={value} label={words(value)} />
                ))}
              </Group>
            </Checkbox.Group>
            {query.hasNextPage && (
              <Text size="xs" c="dimmed">
                Only the first 200 accounts are listed. Start scans of others from the account’s
                page.
              </Text>
            )}
          </>
        );
      }}
    </Loaded>
  );
}
