import { Button, Group, Text } from '@mantine/core';
import { useState } from 'react';
import type { MappingReview, ReviewVerdict } from '../../../contract/mapping-review.js';
import { useAppState } from '../../app/AppStateContext.js';
import { day } from '../../ui/format.js';
import { ProblemAlert } from '../../ui/ProblemAlert.js';
import { useReviewMappings, useRevokeReviews } from './mapping.api.js';
import { RemapDialog } from './RemapDialog.js';

interface ReviewActionsProps {
  tool: string;
  checkId: string;
  controlId: string;
  /** The one in force. */
  review: MappingReview | null;
  onReviewed?: (reviews: MappingReview[]) => void;
}

/** What a one-click review says of its reason; a dialog asks for another. */
export const ONE_CLICK = 'Reviewed beside its explanation';

/** Accept, reject, re-map or take back; read by everybody, used by those who may. */
export function ReviewActions({ review, onReviewed, ...edge }: ReviewActionsProps) {
  const { may } = useAppState();
  const say = useReviewMappings();
  const revoke = useRevokeReviews();
  const [isRemapping, setRemapping] = useState(false);
  const name = `${edge.checkId} for ${edge.controlId}`;
  const done = { onSuccess: (made: { reviews: MappingReview[] }) => onReviewed?.(made.reviews) };
  const give = (verdict: ReviewVerdict) =>
    say.mutate([{ ...edge, verdict, reason: ONE_CLICK }], done);
  const problem = say.error ?? revoke.error;
  return (
    <div>
      {review && (
        <Text size="xs" mb={4}>
          {review.verdict === 'accept' ? 'Accepted' : 'Rejected'} by {review.actor} on{' '}
          {day(review.at)}: {review.reason}
        </Text>
      )}
      {may('compliance:write') && (
        <Group gap={6}>
          {review ? (
            <Button
              size="compact-sm"
              variant="default"
              loading={revoke.isPending}
              onClick={() => revoke.mutate([review.id])}
              aria-label={`Take back the review of ${name}`}
            >
              Take back
            </Button>
          ) : (
            <>
              <Button
                size="compact-sm"
                variant="light"
                loading={say.isPending && say.variables[0]?.verdict === 'accept'}
                onClick={() => give('accept')}
                aria-label={`Accept ${name}`}
              >
                Accept
              </Button>
              <Button
                size="compact-sm"
                variant="default"
                loading={say.isPending && say.variables[0]?.verdict === 'reject'}
                onClick={() => give('reject')}
                aria-label={`Reject ${name}`}
              >
                Reject
              </Button>
            </>
          )}
          <Button
            size="compact-sm"
            variant="subtle"
            onClick={() => setRemapping(true)}
            aria-label={`Re-map ${name}`}
          >
            Re-map…
          </Button>
        </Group>
      )}
      {Boolean(problem) && <ProblemAlert problem={problem} />}
      {isRemapping && (
        <RemapDialog {...edge} onReviewed={onReviewed} onClose={() => setRemapping(false)} />
      )}
    </div>
  );
}
