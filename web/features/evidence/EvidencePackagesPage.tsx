import { Button, Code, Group, NativeSelect, Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Package } from 'lucide-react';
import { useState } from 'react';
import type { EvidencePackage } from '../../../contract/evidence.js';
import { useAppState } from '../../app/AppStateContext.js';
import { EmptyState } from '../../ui/EmptyState.js';
import { FormDialog } from '../../ui/FormDialog.js';
import { bytes, counted, day, percent, words } from '../../ui/format.js';
import { Loaded } from '../../ui/Loaded.js';
import { TextLink } from '../../ui/links.js';
import { PageHeader } from '../../ui/PageHeader.js';
import classes from '../../ui/rows.module.css';
import { Section } from '../../ui/Section.js';
import { Tag } from '../../ui/Tag.js';
import { refusal } from '../../ui/validation.js';
import { frameworksQuery } from '../frameworks/framework.api.js';
import { EvidenceExports } from './EvidenceExports.js';
import { EvidenceLinks } from './EvidenceLinks.js';
import { isBuilding, packagesQuery, useBuildPackage } from './evidence.api.js';

export function EvidencePackagesPage() {
  const { may } = useAppState();
  const [building, setBuilding] = useState(false);
  const build = may('evidence:write') && (
    <Button onClick={() => setBuilding(true)}>Build a package</Button>
  );
  return (
    <>
      <PageHeader
        title="Audit packages"
        about="Evidence, posture, report and OSCAL for a framework and period, in one ZIP with hashes. Verify one with: cspm evidence verify."
        actions={build}
      />
      <EvidenceLinks />
      <Loaded query={useQuery(packagesQuery)}>
        {({ items, nextCursor }) =>
          items.length === 0 ? (
            <EmptyState icon={Package} title="No packages yet" action={build}>
              Build one for an auditor. Builds are reproducible: the same state gives the same
              bytes.
            </EmptyState>
          ) : (
            <Section title="Packages" mt="sm">
              <ul className={classes.rows}>
                {items.map((item) => (
                  <PackageRow key={item.id} item={item} />
                ))}
              </ul>
              {nextCursor && (
                <Text size="xs" c="dimmed" mt="sm">
                  The newest {items.length} are shown.
                </Text>
              )}
            </Section>
          )
        }
      </Loaded>
      <EvidenceExports />
      {building && <BuildDialog onClose={() => setBuilding(false)} />}
    </>
  );
}

function PackageRow({ item }: { item: EvidencePackage }) {
  const { id, frameworkName, from, to, state, progress, files, evidence, sizeBytes, sha256 } = item;
  const tone = state === 'ready' ? 'green' : state === 'failed' ? 'red' : 'blue';
  return (
    <li className={classes.row} aria-label={`${frameworkName}, ${day(from)} to ${day(to)}`}>
      <div className={classes.what}>
        <Group gap="xs">
          <TextLink
            to="/frameworks/$frameworkId"
            params={{ frameworkId: item.frameworkId }}
            size="sm"
            fw={600}
          >
            {frameworkName}
          </TextLink>
          <Tag tone={tone}>
            {words(state)}
            {isBuilding(item) && ` ${percent(Math.round(progress * 100))}`}
          </Tag>
        </Group>
        <Text size="xs" c="dimmed">
          {day(from)} to {day(to)}
          {state === 'ready' &&
            ` · ${counted(files, 'file')}, ${evidence} of them evidence · ${bytes(sizeBytes ?? 0)}`}
        </Text>
        {item.problem && <Text size="xs">{item.problem}</Text>}
        {sha256 && <Code style={{ overflowWrap: 'anywhere' }}>{sha256}</Code>}
      </div>
      {state === 'ready' && (
        <Button
          component="a"
          href={`/api/evidence/packages/${encodeURIComponent(id)}/content`}
          download
          size="compact-sm"
          variant="default"
          aria-label={`Download the package of ${frameworkName}`}
        >
          Download
        </Button>
      )}
    </li>
  );
}

function BuildDialog({ onClose }: { onClose: () => void }) {
  const build = useBuildPackage();
  const frameworks = useQuery(frameworksQuery);
  const today = new Date();
  const yearAgo = new Date(today.getTime() - 365 * 86_400_000);
  const [frameworkId, setFrameworkId] = useState('');
  const [from, setFrom] = useState(yearAgo.toISOString().slice(0, 10));
  const [to, setTo] = useState(today.toISOString().slice(0, 10));
  const chosen = frameworkId || frameworks.data?.items[0]?.id;
  const submit = () => {
    if (!chosen || !from || !to) return;
    const end = `${to}T23:59:59.000Z`;
    const now = new Date().toISOString();
    const body = { frameworkId: chosen, from: `${from}T00:00:00.000Z`, to: end < now ? end : now };
    build.mutate(body, { onSuccess: onClose });
  };
  const refused = refusal(build.error, ['from', 'to']);
  return (
    <FormDialog
      title="Build an audit package"
      submit="Build"
      busy={build.isPending}
      problem={refused.rest}
      onSubmit={submit}
      onClose={onClose}
    >
      <NativeSelect
        label="Framework"
        value={chosen ?? ''}
        onChange={(event) => setFrameworkId(event.currentTarget.value)}
        data={(frameworks.data?.items ?? []).map(({ id, name }) => ({ value: id, label: name }))}
      />
      <TextInput
        type="date"
        label="From"
        value={from}
        max={to}
        error={refused.errors.from}
        onChange={(event) => setFrom(event.currentTarget.value)}
      />
      <TextInput
        type="date"
        label="To"
        value={to}
        max={today.toISOString().slice(0, 10)}
        error={refused.errors.to}
        onChange={(event) => setTo(event.currentTarget.value)}
      />
    </FormDialog>
  );
}
