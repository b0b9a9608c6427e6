import { Button, Code, Group, Stack, Table, Text, TextInput } from '@mantine/core';
import { useInfiniteQuery, useMutation } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Download, ScrollText, ShieldAlert, ShieldCheck } from 'lucide-react';
import { type AuditEntry, type AuditVerification, exportAudit } from '../../../contract/audit.js';
import { urlOf } from '../../api/apiService.js';
import { EmptyState } from '../../ui/EmptyState.js';
import { age, count, counted, instant } from '../../ui/format.js';
import { Notice } from '../../ui/Notice.js';
import { PagedItems } from '../../ui/PagedItems.js';
import { PageHeader } from '../../ui/PageHeader.js';
import { ProblemAlert } from '../../ui/ProblemAlert.js';
import { ScrollTable } from '../../ui/ScrollTable.js';
import { SearchInput } from '../../ui/SearchInput.js';
import { auditQuery, verifyTrail } from './audit.api.js';
import { type AuditSearch, auditFilterOf } from './audit.search.js';
import { SystemSections } from './SystemSections.js';

const route = getRouteApi('/system/audit');

export function AuditPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const filter = auditFilterOf(search);
  const query = useInfiniteQuery(auditQuery(filter));
  const narrow = (changes: Partial<AuditSearch>) =>
    navigate({ search: { ...search, ...changes }, replace: true, resetScroll: false });
  const isFiltered = Object.values(search).some((value) => value !== undefined);
  return (
    <>
      <PageHeader
        title="Audit trail"
        about="Who changed what, and when. Each entry’s hash covers all entries before it, so that a changed or removed one is found."
      />
      <SystemSections />
      <Stack>
        <Verification />
        <Group align="end" gap="sm">
          <SearchInput
            label="Action or its beginning"
            value={search.action}
            onChange={(action) => narrow({ action })}
          />
          <SearchInput
            label="Actor’s id"
            value={search.actor}
            onChange={(actor) => narrow({ actor })}
          />
          <SearchInput
            label="Subject’s id"
            value={search.subject}
            onChange={(subject) => narrow({ subject })}
          />
          {(['from', 'to'] as const).map((end) => (
            <TextInput
              key={end}
              type="date"
              label={end === 'from' ? 'From' : 'To'}
              value={search[end] ?? ''}
              onChange={({ currentTarget }) => narrow({ [end]: currentTarget.value || undefined })}
            />
          ))}
          <Button
            component="a"
            href={urlOf(exportAudit.path, {}, filter)}
            download
            variant="default"
            leftSection={<Download size={16} aria-hidden />}
          >
            Export JSON lines
          </Button>
        </Group>
        <PagedItems
          query={query}
          empty={
            <EmptyState
              icon={ScrollText}
              title={isFiltered ? 'No entry matches' : 'No entries yet'}
            >
              {isFiltered
                ? 'Clear a filter to see more.'
                : 'Every import, decision, scan and change of settings adds one.'}
            </EmptyState>
          }
        >
          {(items) => <AuditTable items={items} />}
        </PagedItems>
      </Stack>
    </>
  );
}

function Verification() {
  const { mutate, data, error, isPending } = useMutation({ mutationFn: verifyTrail });
  return (
    <Stack gap="xs">
      <Group>
        <Button
          variant="default"
          leftSection={<ShieldCheck size={16} aria-hidden />}
          loading={isPending}
          onClick={() => mutate()}
        >
          Verify the trail
        </Button>
      </Group>
      {error && <ProblemAlert problem={error} />}
      {data && <VerificationResult result={data} />}
    </Stack>
  );
}

function VerificationResult({ result }: { result: AuditVerification }) {
  const { ok, entries, unchained, problems } = result;
  const older =
    unchained > 0 ? ` ${counted(unchained, 'older entry', 'older entries')} are not covered.` : '';
  if (ok) {
    return (
      <Notice tone="blue" icon={ShieldCheck} title="The trail is whole">
        {`All ${count(entries)} entries are as they were written.${older}`}
      </Notice>
    );
  }
  return (
    <Notice tone="red" icon={ShieldAlert} title="Entries were changed or removed" urgent>
      {`${count(problems.length)} of ${count(entries)} entries are not as they were written.${older}`}
      <ul>
        {problems.slice(0, 20).map(({ seq, id, problem }) => (
          <li key={`${seq} ${problem}`}>{`Number ${seq}: ${problem}${id ? ` (${id})` : ''}`}</li>
        ))}
      </ul>
    </Notice>
  );
}

function AuditTable({ items }: { items: readonly AuditEntry[] }) {
  return (
    <ScrollTable label="Audit trail" miw={760}>
      <Table.Thead>
        <Table.Tr>
          {['When', 'Actor', 'Action', 'Subject', 'Details'].map((title) => (
            <Table.Th key={title}>{title}</Table.Th>
          ))}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {items.map(({ id, at, actor, action, subject, details }) => (
          <Table.Tr key={id}>
            <Table.Td>
              <time title={instant(at)}>{age(at)}</time>
            </Table.Td>
            <Table.Td>{actor}</Table.Td>
            <Table.Td>{action}</Table.Td>
            <Table.Td>
              <Text size="sm" lineClamp={2}>
                {subject}
              </Text>
            </Table.Td>
            <Table.Td>{Object.keys(details).length > 0 && <Details details={details} />}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </ScrollTable>
  );
}

function Details({ details }: { details: AuditEntry['details'] }) {
  return (
    <details>
      <summary>{Object.keys(details).join(', ')}</summary>
      <Code block>{JSON.stringify(details, null, 2)}</Code>
    </details>
  );
}
