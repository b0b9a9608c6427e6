import { Button, Grid, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { CircleX, KeyRound, PlugZap, Radar } from 'lucide-react';
import { type CloudAccount, findingAccountOf } from '../../../contract/cloud-security.js';
import { regionExample } from '../../../contract/regions.js';
import { useAppState } from '../../app/AppStateContext.js';
import { Facts } from '../../ui/Facts.js';
import { age, instant } from '../../ui/format.js';
import { Loaded } from '../../ui/Loaded.js';
import { ButtonLink, TextLink } from '../../ui/links.js';
import { Notice } from '../../ui/Notice.js';
import { PageHeader } from '../../ui/PageHeader.js';
import { ProblemAlert } from '../../ui/ProblemAlert.js';
import { Section } from '../../ui/Section.js';
import { Tag } from '../../ui/Tag.js';
import { accountQuery, useTestAccount } from '../cloud-accounts/account.api.js';
import { credentialName, placeOf, providerNames } from '../cloud-accounts/providers.js';
import { ScheduleLink } from '../orchestration/ScheduleLink.js';
import { RegionsInUse } from '../scoping/RegionsInUse.js';
import { AccountChanges } from './AccountChanges.js';
import { AccountScans } from './AccountScans.js';
import { ConnectionTag } from './ConnectionTag.js';

const route = getRouteApi('/accounts/$accountId');

export function AccountPage() {
  const { accountId } = route.useParams();
  return (
    <Loaded query={useQuery(accountQuery(accountId))}>
      {(account) => <AccountView account={account} />}
    </Loaded>
  );
}

function AccountView({ account }: { account: CloudAccount }) {
  const { may } = useAppState();
  const { id, name, provider, scope, status, lastTest } = account;
  const named = regionExample(provider) === null ? null : findingAccountOf(scope);
  return (
    <>
      <PageHeader
        title={name}
        crumb={<TextLink to="/accounts">Cloud accounts</TextLink>}
        about={`${providerNames[provider]} · ${placeOf(scope)}`}
        tags={
          <>
            {status === 'reports_only' ? (
              <Tag tone="gray">Reports only</Tag>
            ) : (
              <ConnectionTag test={lastTest} />
            )}
            {account.attention && <Tag tone="amber">Needs attention</Tag>}
            {status === 'inactive' && <Tag tone="gray">Inactive</Tag>}
          </>
        }
        actions={
          may('scans:run') &&
          status === 'active' && (
            <>
              <ScheduleLink search={{ kind: 'cloud', account: id }} />
              <ButtonLink
                to="/scans/new"
                search={{ kind: 'cloud', account: id }}
                leftSection={<Radar size={16} aria-hidden />}
              >
                Scan now
              </ButtonLink>
            </>
          )
        }
      />
      <Grid gap="md">
        <Grid.Col span={{ base: 12, md: 7 }}>
          <Stack>
            {status === 'reports_only' ? (
              <ReportsOnly account={account} />
            ) : (
              <>
                <Connection account={account} />
                <AccountScans accountId={id} />
              </>
            )}
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 5 }}>
          <Stack>
            <AboutAccount account={account} />
            {named !== null && may('compliance:read') && (
              <RegionsInUse account={{ provider, accountId: named }} />
            )}
            {may('accounts:write') && <AccountChanges account={account} />}
          </Stack>
        </Grid.Col>
      </Grid>
    </>
  );
}

/** Adding the account with its credentials makes it one that is scanned; it stays the same account. */
function ReportsOnly({ account: { provider, scope, name } }: { account: CloudAccount }) {
  const { may } = useAppState();
  const account = scope.kind === 'reported' ? scope.accountId : undefined;
  return (
    <Section title="Connection">
      <Stack gap="sm" align="flex-start">
        <Text size="sm">
          This account is known from imported reports. Without credentials it is not scanned.
        </Text>
        {may('accounts:write') && (
          <ButtonLink
            to="/accounts/new"
            search={{ provider, account, name }}
            leftSection={<KeyRound size={16} aria-hidden />}
          >
            Add credentials
          </ButtonLink>
        )}
      </Stack>
    </Section>
  );
}

function Connection({ account: { id, lastTest } }: { account: CloudAccount }) {
  const { may } = useAppState();
  const test = useTestAccount(id);
  const isRunning = lastTest?.status === 'running';
  return (
    <Section
      title="Connection"
      actions={
        may('accounts:write') && (
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<PlugZap size={14} aria-hidden />}
            loading={test.isPending || isRunning}
            onClick={() => test.mutate()}
          >
            Test connection
          </Button>
        )
      }
    >
      <Stack gap="sm">
        <Group gap="xs" role="status">
          <ConnectionTag test={lastTest} />
          {lastTest && (
            <Text size="sm" c="dimmed">
              <time title={instant(lastTest.at)}>{age(lastTest.at)}</time>
            </Text>
          )}
        </Group>
        {isRunning && (
          <Text size="sm">
            Prowler is signing in and running a quick check. This may take a minute.
          </Text>
        )}
        {lastTest?.status === 'failed' && (
          <Notice
            tone="red"
            icon={CircleX}
            title={
              lastTest.cause === 'scanner'
                ? 'The scanner is not available on this server'
                : 'The scanner cannot connect'
            }
            urgent
          >
            {lastTest.problem ?? 'The server gave no reason.'}
          </Notice>
        )}
        {test.error && <ProblemAlert problem={test.error} />}
      </Stack>
    </Section>
  );
}

function AboutAccount({ account }: { account: CloudAccount }) {
  const { scope, credentials, lastImport, createdAt, updatedAt } = account;
  const named = findingAccountOf(scope);
  return (
    <Section
      title="About this account"
      actions={
        named && (
          <TextLink to="/findings" search={{ accountId: [named] }} size="sm">
            Its findings
          </TextLink>
        )
      }
    >
      <Facts
        facts={[
          ...(scope.kind === 'aws'
            ? [{ label: 'Scanned regions', value: scope.regions.join(', ') }]
            : []),
          ...(scope.kind === 'azure' ? [{ label: 'Tenant', value: scope.tenantId }] : []),
          ...(scope.kind === 'kubernetes'
            ? [{ label: 'Namespaces', value: scope.namespaces.join(', ') || 'all' }]
            : []),
          ...(credentials
            ? [
                { label: 'Sign-in method', value: credentialName(credentials.kind) },
                { label: 'Credentials', value: credentials.hint },
                { label: 'Credentials changed', value: age(credentials.changedAt) },
              ]
            : []),
          {
            label: 'Last imported report',
            value: lastImport && (
              <TextLink
                to="/imports/$importId"
                params={{ importId: lastImport.importId }}
                size="sm"
              >
                {age(lastImport.at)}
              </TextLink>
            ),
          },
          { label: 'Added', value: instant(createdAt) },
          { label: 'Changed', value: updatedAt === createdAt ? null : instant(updatedAt) },
        ]}
      />
    </Section>
  );
}
