import { Button, Group, Text } from '@mantine/core';
import { Radar } from 'lucide-react';
import { useState } from 'react';
import type { InventoryTarget } from '../../../contract/web-targets.js';
import { useAppState } from '../../app/AppStateContext.js';
import { FormDialog } from '../../ui/FormDialog.js';
import { counted } from '../../ui/format.js';
import { ButtonLink, TextLink } from '../../ui/links.js';
import classes from '../../ui/rows.module.css';
import { SeverityCountTags } from '../../ui/SeverityCountTags.js';
import { Tag } from '../../ui/Tag.js';
import { LastScanLine } from '../inventory/LastScanLine.js';
import { ScheduleLink } from '../orchestration/ScheduleLink.js';
import { OpenPorts } from '../security-scans/OpenPorts.js';
import { useDeleteTarget } from './target.api.js';

export function TargetRow({ target }: { target: InventoryTarget }) {
  const { may } = useAppState();
  const [removing, setRemoving] = useState(false);
  const [showsPorts, setShowsPorts] = useState(false);
  const { kind, name, url, hosts, isOwn, findings, lastScan, lastImport, runningScanId } = target;
  const { provider, accountId } = findings.filter;
  const place = url ?? hosts.join(', ');
  return (
    <li className={classes.row} aria-label={name}>
      <div className={classes.what}>
        <Group gap="xs">
          <Text size="sm" fw={600}>
            {name}
          </Text>
          {isOwn && <Tag tone="gray">Own</Tag>}
        </Group>
        {place !== name && <Text size="xs">{place}</Text>}
        <LastScanLine lastScan={lastScan} runningScanId={runningScanId} lastImport={lastImport} />
        {kind === 'network' && (lastScan || lastImport) && (
          <Button
            size="compact-xs"
            variant="default"
            w="fit-content"
            aria-expanded={showsPorts}
            aria-label={`Open ports of ${name}`}
            onClick={() => setShowsPorts(!showsPorts)}
          >
            Open ports
          </Button>
        )}
        {showsPorts && <OpenPorts of={{ targetId: target.id }} />}
      </div>
      <div>
        {(lastScan || lastImport || findings.open > 0) && (
          <SeverityCountTags counts={findings.bySeverity} />
        )}
        {findings.open > 0 && (
          <TextLink
            to="/findings"
            search={{ provider: [provider], accountId: [...accountId] }}
            size="xs"
          >
            {counted(findings.open, 'finding')}
          </TextLink>
        )}
      </div>
      {may('scans:run') && (
        <Group gap="xs">
          <ButtonLink
            to="/scans/new"
            search={{ kind, target: url ?? hosts.join(' ') }}
            size="compact-sm"
            variant="default"
            leftSection={<Radar size={14} aria-hidden />}
            aria-label={`Scan ${name}`}
          >
            Scan
          </ButtonLink>
          <ScheduleLink
            search={{ kind, target: url ?? hosts.join(' ') }}
            of={name}
            size="compact-sm"
          />
          <Button
            size="compact-sm"
            variant="default"
            aria-label={`Remove ${name}`}
            onClick={() => setRemoving(true)}
          >
            Remove
          </Button>
        </Group>
      )}
      {removing && <RemoveDialog target={target} onClose={() => setRemoving(false)} />}
    </li>
  );
}

function RemoveDialog({ target, onClose }: { target: InventoryTarget; onClose: () => void }) {
  const remove = useDeleteTarget(target.id);
  return (
    <FormDialog
      title={`Remove ${target.name} from the inventory?`}
      submit="Remove"
      danger
      busy={remove.isPending}
      problem={remove.error}
      onSubmit={() => remove.mutate(undefined, { onSuccess: onClose })}
      onClose={onClose}
    >
      <Text size="sm">Its findings and scans are kept. Scanning it again adds it back.</Text>
    </FormDialog>
  );
}
