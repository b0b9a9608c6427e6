import { Group, Text } from '@mantine/core';
import type { MappingItem, MappingReview } from '../../../contract/mapping-review.js';
import { counted } from '../../ui/format.js';
import { TextLink } from '../../ui/links.js';
import { SeverityBadge } from '../../ui/SeverityBadge.js';
import { Tag } from '../../ui/Tag.js';
import { MatchDetail, MatchSummary } from '../controls/Match.js';
import classes from './MappingsPage.module.css';
import { ReviewActions } from './ReviewActions.js';

const tones = { unreviewed: 'gray', accepted: 'green', rejected: 'red' } as const;
const labels = { unreviewed: 'Unreviewed', accepted: 'Accepted', rejected: 'Rejected' } as const;

interface MappingRowProps {
  item: MappingItem;
  onReviewed: (reviews: MappingReview[]) => void;
}

export function MappingRow({ item, onReviewed }: MappingRowProps) {
  const { tool, checkId, title, controlId, controlTitle, match, state, review, severity } = item;
  return (
    <article className={classes.row} aria-label={`${checkId} for ${controlId}`}>
      <div className={classes.what}>
        <Group gap={8}>
          <TextLink to="/findings" search={{ tool: [tool], checkId: [checkId] }} size="sm" fw={600}>
            {title}
          </TextLink>
          <SeverityBadge severity={severity} />
        </Group>
        <Text size="sm">
          counts for{' '}
          <TextLink to="/controls/$controlId" params={{ controlId }} size="sm">
            {controlId} {controlTitle}
          </TextLink>
        </Text>
        <Text size="xs" c="dimmed" className="tabular">
          {tool} {checkId} · {counted(item.openFindings, 'open finding')} ·{' '}
          {counted(item.requirements, 'requirement')} on the control
          {match && state !== 'accepted' && (
            <>
              {' · '}
              <MatchSummary match={match} />
            </>
          )}
        </Text>
        {match && state !== 'accepted' && <MatchDetail match={match} />}
      </div>
      <div className={classes.actions}>
        <Tag tone={tones[state]}>{labels[state]}</Tag>
        <ReviewActions {...{ tool, checkId, controlId, review, onReviewed }} />
      </div>
    </article>
  );
}
