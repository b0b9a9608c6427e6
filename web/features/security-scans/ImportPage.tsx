import { Grid, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Undo2 } from 'lucide-react';
import type { ImportDetail } from '../../../contract/security-scans.js';
import { Explain } from '../../app/Explain.js';
import { instant } from '../../ui/format.js';
import { Loaded } from '../../ui/Loaded.js';
import { TextLink } from '../../ui/links.js';
import { Notice } from '../../ui/Notice.js';
import { PageHeader } from '../../ui/PageHeader.js';
import { Section } from '../../ui/Section.js';
import { changesOf, FindingChangeCounts } from './FindingChangeCounts.js';
import { ImportFacts } from './ImportFacts.js';
import { ImportProblem } from './ImportOutcome.js';
import { ImportStatusTag } from './ImportStatusTag.js';
import { ImportUndo } from './ImportUndo.js';
import { ImportUnread } from './ImportUnread.js';
import { importQuery, isRunning } from './import.api.js';
import { OpenPorts } from './OpenPorts.js';

const route = getRouteApi('/imports/$importId');

export function ImportPage() {
  const { importId } = route.useParams();
  return (
    <Loaded query={useQuery(importQuery(importId))}>{(item) => <ImportView item={item} />}</Loaded>
  );
}

function ImportView({ item }: { item: ImportDetail }) {
  const { fileName, status, format, tool, toolVersion } = item;
  return (
    <>
      <PageHeader
        title={fileName}
        crumb={<TextLink to="/imports">Imports</TextLink>}
        tags={<ImportStatusTag status={status} />}
        about={[format ?? tool, toolVersion].filter(Boolean).join(' ')}
        actions={<ImportUndo item={item} />}
      />
      <Grid gap="md">
        <Grid.Col span={{ base: 12, md: 8 }}>
          <Stack>
            {item.undoneAt && (
              <Notice tone="blue" icon={Undo2} title="This import is undone">
                <Text size="sm">
                  Since {instant(item.undoneAt)}, findings, results and controls are as before it.
                </Text>
              </Notice>
            )}
            <ImportProblem imported={item} />
            <ImportChanges item={item} />
            <ImportUnread item={item} />
            {hasPorts(item) && (
              <Section title="Open ports">
                <OpenPorts of={{ importId: item.id }} />
              </Section>
            )}
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 4 }}>
          <ImportFacts item={item} />
        </Grid.Col>
      </Grid>
    </>
  );
}

/** An identical report stored nothing again, and an undone one saw nothing. */
function hasPorts({ status, identical, accounts }: ImportDetail): boolean {
  const isStored = (status === 'completed' || status === 'partial') && !identical;
  return isStored && accounts.some((account) => account.startsWith('network/'));
}

/** More would make an address that is too long. */
const MAX_ACCOUNTS = 50;

function ImportChanges({ item }: { item: ImportDetail }) {
  const { id, status, findings, identical, isUntraced } = item;
  const accountId = item.accounts
    .slice(0, MAX_ACCOUNTS)
    .map((account) => account.slice(account.indexOf('/') + 1));
  const isShown = status !== 'undone' && status !== 'failed' && !isUntraced;
  const links = isShown
    ? { ...changesOf({ importId: [id] }), stale: { stale: 'true' as const, accountId } }
    : {};
  return (
    <Section title="Findings" help={findings.stale > 0 ? <Explain word="stale" /> : undefined}>
      <Stack gap="sm">
        {isRunning(item) && <Text size="sm">The import is running; the numbers follow.</Text>}
        {identical && (
          <Text size="sm">
            This file was identical to the import before it, so nothing changed.
          </Text>
        )}
        {isUntraced && (
          <Text size="sm">
            This import is from before an update: which findings it changed, and which scan made it,
            was not recorded yet. Its numbers stay, but its findings cannot be listed, and it cannot
            be undone.
          </Text>
        )}
        <FindingChangeCounts findings={findings} links={links} />
        {isShown && !identical && (
          <TextLink to="/findings" search={{ importId: [id] }} size="sm">
            See the open findings that it reported
          </TextLink>
        )}
      </Stack>
    </Section>
  );
}
