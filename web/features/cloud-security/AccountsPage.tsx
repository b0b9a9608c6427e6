import { Group, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { CloudCog, Plus } from 'lucide-react';
import type { CloudAccount } from '../../../contract/cloud-security.js';
import { useAppState } from '../../app/AppStateContext.js';
import { EmptyState } from '../../ui/EmptyState.js';
import { ButtonLink, TextLink } from '../../ui/links.js';
import { PagedItems } from '../../ui/PagedItems.js';
import { PageHeader } from '../../ui/PageHeader.js';
import classes from '../../ui/rows.module.css';
import { Tag } from '../../ui/Tag.js';
import { accountsQuery } from '../cloud-accounts/account.api.js';
import { placeOf, providerNames } from '../cloud-accounts/providers.js';
import { ConnectionTag } from './ConnectionTag.js';

export function AccountsPage() {
  const query = useInfiniteQuery(accountsQuery());
  const { may } = useAppState();
  return (
    <>
      <PageHeader
        title="Cloud accounts"
        about="AWS accounts, Azure subscriptions, Google Cloud projects and Kubernetes clusters. Active accounts are scanned every day automatically; others are known from imported reports."
        actions={
          may('accounts:write') && (
            <ButtonLink to="/accounts/new" leftSection={<Plus size={16} aria-hidden />}>
              Add an account
            </ButtonLink>
          )
        }
      />
      <PagedItems
        query={query}
        title="Accounts"
        empty={<NoAccounts mayAdd={may('accounts:write')} />}
      >
        {(items) => (
          <ul className={classes.rows}>
            {items.map((account) => (
              <AccountRow key={account.id} account={account} />
            ))}
          </ul>
        )}
      </PagedItems>
    </>
  );
}

function AccountRow({ account }: { account: CloudAccount }) {
  const { id, name, provider, scope, status, lastTest } = account;
  return (
    <li className={classes.row} aria-label={name}>
      <div className={classes.what}>
        <TextLink to="/accounts/$accountId" params={{ accountId: id }} size="sm" fw={600}>
          {name}
        </TextLink>
        <Text size="xs" c="dimmed" className="tabular">
          {providerNames[provider]} · {placeOf(scope)}
        </Text>
        {lastTest?.status === 'failed' && lastTest.problem && (
          <Text size="xs" c="var(--tone-red-fg)">
            {lastTest.problem}
          </Text>
        )}
      </div>
      <Group gap={6}>
        {account.attention && <Tag tone="amber">Needs attention</Tag>}
        {status === 'inactive' && <Tag tone="gray">Inactive</Tag>}
        {status === 'reports_only' ? (
          <Tag tone="gray">Reports only</Tag>
        ) : (
          <ConnectionTag test={lastTest} />
        )}
      </Group>
    </li>
  );
}

function NoAccounts({ mayAdd }: { mayAdd: boolean }) {
  return (
    <EmptyState
      icon={CloudCog}
      title="No cloud account yet"
      action={mayAdd && <ButtonLink to="/accounts/new">Add an account</ButtonLink>}
    >
      {mayAdd
        ? 'Give read access to an account to have it scanned: daily for severe issues, weekly in full.'
        : 'Your role may not add accounts. Ask an administrator of the team.'}
    </EmptyState>
  );
}
