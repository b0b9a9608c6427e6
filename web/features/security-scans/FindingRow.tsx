import { Text } from '@mantine/core';
import type { Finding } from '../../../contract/security-scans.js';
import { age, instant } from '../../ui/format.js';
import { TextLink } from '../../ui/links.js';
import { SeverityBadge } from '../../ui/SeverityBadge.js';
import { Tag } from '../../ui/Tag.js';
import classes from './FindingRow.module.css';
import { FindingStatusTag } from './FindingStatusTag.js';

interface FindingRowProps {
  finding: Finding;
  /** Under its check a finding is named by its resource, in a flat list by its title. */
  within?: 'check' | 'list';
}

export function FindingRow({ finding, within = 'list' }: FindingRowProps) {
  const { id, title, severity, status, resourceName, resourceUid, region } = finding;
  const { accountId, accountName, lastSeenAt, staleSince } = finding;
  const resource = resourceName || resourceUid;
  return (
    <article className={classes.row} data-within={within} aria-label={`${title}: ${resource}`}>
      <div className={classes.what}>
        <TextLink to="/findings/$findingId" params={{ findingId: id }} size="sm" fw={500}>
          {within === 'check' ? resource : title}
        </TextLink>
        {within === 'list' && <Text size="sm">{resource}</Text>}
        <Text size="xs" c="dimmed" className="tabular">
          {[accountName || accountId, region, fixOf(finding), `seen ${age(lastSeenAt)}`]
            .filter(Boolean)
            .join(' · ')}
        </Text>
      </div>
      <div className={classes.tags} title={`Last seen ${instant(lastSeenAt)}`}>
        {within === 'list' && <SeverityBadge severity={severity} />}
        {status !== 'open' && <FindingStatusTag status={status} />}
        {staleSince && <Tag tone="amber">Stale</Tag>}
      </div>
    </article>
  );
}

/** `openssl 3.0.1, fixed in 3.0.9`. */
function fixOf({ details }: Finding): string | null {
  const affected = details?.package;
  if (!affected) return null;
  const { name, installedVersion, fixedVersion } = affected;
  const installed = [name, installedVersion].filter(Boolean).join(' ');
  return fixedVersion ? `${installed}, fixed in ${fixedVersion}` : `${installed}, no fix yet`;
}
