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
  /** The review in force. */
  review: MappingReview | null;
  onReviewed?: (reviews: MappingReview[]) => void;
}

/** The reason recorded for a one-click review; the dialog asks for one. */
export const ONE_CLICK = 'Reviewed with its explanation';

/** The review in force, and buttons to accept, reject, re-map or revoke for users with permission. */
export function ReviewActions({ review, onReviewed, ...edge }: ReviewActionsProps) {
  const { may } = useAppState();
  const submit = useReviewMappings();
  const revoke = useRevokeReviews();
  const [isRemapping, setRemapping] = useState(false);
  const name = `${edge.checkId} for ${edge.controlId}`;
  const done = { onSuccess: (made: { reviews: MappingReview[] }) => onReviewed?.(made.reviews) };
  const decide = (verdict: ReviewVerdict) =>
    submit.mutate([{ ...edge, verdict, reason: ONE_CLICK }], done);
  const problem = submit.error ?? revoke.error;
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
              aria-label={`Revoke the review of ${name}`}
            >
              Revoke
            </Button>
          ) : (
            <>
              <Button
                size="compact-sm"
                variant="light"
                loading={submit.isPending && submit.variables[0]?.verdict === 'accept'}
                onClick={() => decide('accept')}
                aria-label={`Accept ${name}`}
              >
                Accept
              </Button>
              <Button
                size="compact-sm"
                variant="default"
                loading={submit.isPending && submit.variables[0]?.verdict === 'reject'}
                onClick={() => decide('reject')}
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
