import { Button, Text, UnstyledButton } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { ChevronDown, ChevronRight } from 'lucide-react';
import { useId } from 'react';
import type { FindingGroup } from '../../../contract/finding-groups.js';
import type { FindingFilter } from '../../../contract/security-scans.js';
import { count, counted } from '../../ui/format.js';
import { Loaded } from '../../ui/Loaded.js';
import { SeverityBadge } from '../../ui/SeverityBadge.js';
import classes from './FindingGroupRow.module.css';
import { FindingRow } from './FindingRow.js';
import { findingsQuery } from './finding.api.js';

interface FindingGroupRowProps {
  group: FindingGroup;
  filter: Partial<FindingFilter>;
  opened: boolean;
  onToggle: () => void;
}

/** A check with its number of findings; opens to show them. */
export function FindingGroupRow({ group, filter, opened, onToggle }: FindingGroupRowProps) {
  const id = useId();
  const { checkId, title, severity, service, findings, accounts, regions } = group;
  const Chevron = opened ? ChevronDown : ChevronRight;
  return (
    <div className={classes.group}>
      <UnstyledButton
        className={classes.head}
        aria-expanded={opened}
        aria-controls={id}
        onClick={onToggle}
      >
        <Chevron size={16} aria-hidden className={classes.chevron} />
        <span className={classes.what}>
          <span className={classes.title}>{title || checkId}</span>
          <span className={classes.under}>
            <SeverityBadge severity={severity} />
            <span>{service}</span>
            <span>{checkId}</span>
          </span>
        </span>
        <span className={classes.numbers}>
          <strong>{count(findings)}</strong> {findings === 1 ? 'finding' : 'findings'}
          <Text span size="xs" c="dimmed" display="block">
            {counted(accounts, 'account')}, {counted(regions, 'region')}
          </Text>
        </span>
      </UnstyledButton>
      {opened && (
        <div id={id} className={classes.findings}>
          <GroupFindings filter={{ ...filter, checkId: [checkId] }} total={findings} />
        </div>
      )}
    </div>
  );
}

function GroupFindings({ filter, total }: { filter: Partial<FindingFilter>; total: number }) {
  const query = useInfiniteQuery(findingsQuery(filter, 20));
  return (
    <Loaded query={query} loading={<Text size="sm">Loading…</Text>}>
      {({ pages }) => {
        const shown = pages.flatMap(({ items }) => items);
        return (
          <>
            {shown.map((finding) => (
              <FindingRow key={finding.id} finding={finding} within="check" />
            ))}
            {query.hasNextPage && (
              <Button
                mt="xs"
                size="compact-sm"
                variant="default"
                loading={query.isFetchingNextPage}
                onClick={() => query.fetchNextPage()}
              >
                Load more ({count(shown.length)} of {count(total)} shown)
              </Button>
            )}
          </>
        );
      }}
    </Loaded>
  );
}
