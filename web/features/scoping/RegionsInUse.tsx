import { Button, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { MapPinned, TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import type { AccountRegions } from '../../../contract/compliance.js';
import { useAppState } from '../../app/AppStateContext.js';
import { Facts } from '../../ui/Facts.js';
import { day } from '../../ui/format.js';
import { Loaded } from '../../ui/Loaded.js';
import { Notice } from '../../ui/Notice.js';
import { Section } from '../../ui/Section.js';
import { RegionsDialog } from './RegionsDialog.js';
import { type NamedAccount, regionsQuery } from './scoping.api.js';

/** The regions that an account uses: as the team states them, and as results show them. */
export function RegionsInUse({ account }: { account: NamedAccount }) {
  const query = useQuery(regionsQuery(account));
  const { may } = useAppState();
  const [isOpen, setOpen] = useState(false);
  return (
    <Section
      title="Regions in use"
      actions={
        may('compliance:write') &&
        query.data && (
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<MapPinned size={14} aria-hidden />}
            onClick={() => setOpen(true)}
          >
            {query.data.inUse ? 'Change' : 'State the regions'}
          </Button>
        )
      }
    >
      <Loaded query={query}>{(regions) => <RegionsView regions={regions} />}</Loaded>
      {isOpen && query.data && (
        <RegionsDialog regions={query.data} onClose={() => setOpen(false)} />
      )}
    </Section>
  );
}

function RegionsView({ regions }: { regions: AccountRegions }) {
  const { inUse, seen, missing, notListed, changedBy, changedAt } = regions;
  return (
    <Stack gap="sm">
      {inUse === null && (
        <Text size="sm">
          Not stated yet. Once you state them, a region without results counts as a place without
          evidence, so that no control is implemented on the results of other regions alone.
        </Text>
      )}
      {missing.length > 0 && (
        <Notice tone="amber" icon={TriangleAlert} title="No results">
          {missing.join(', ')}: controls of this account stay partial until a scan or report covers
          it.
        </Notice>
      )}
      {notListed.length > 0 && (
        <Notice tone="amber" icon={TriangleAlert} title="Results of other regions">
          {notListed.join(', ')}: not in the list. These results count all the same.
        </Notice>
      )}
      <Facts
        facts={[
          { label: 'In use', value: inUse?.join(', ') },
          { label: 'With results', value: seen.join(', ') || 'none that names a region' },
          { label: 'Stated', value: changedAt && `by ${changedBy}, ${day(changedAt)}` },
        ]}
      />
    </Stack>
  );
}
