import { Text } from '@mantine/core';
import type { AssessmentScore, AssessmentStatus } from '../../../contract/assessments.js';
import { percent, words } from '../../ui/format.js';
import { RangeBar } from '../../ui/RangeBar.js';
import { Tag, type Tone } from '../../ui/Tag.js';

const TONES: Record<AssessmentStatus, Tone> = {
  draft: 'gray',
  in_progress: 'blue',
  completed: 'green',
  reopened: 'amber',
};

export function StatusTag({ status }: { status: AssessmentStatus }) {
  return <Tag tone={TONES[status]}>{words(status)}</Tag>;
}

/** Progress as text and the score as a range, since unanswered questions may go either way. */
export function AssessmentScoreBar({ score, label }: { score: AssessmentScore; label: string }) {
  const { floor, ceiling, answered, questions, auto } = score;
  const tone: Tone =
    floor === null ? 'gray' : floor >= 70 ? 'green' : floor >= 40 ? 'amber' : 'red';
  return (
    <>
      <RangeBar
        label={`${label}: ${percent(floor)} to ${percent(ceiling)}`}
        from={floor ?? 0}
        to={ceiling ?? 0}
        tone={tone}
      />
      <Text size="xs" c="dimmed" className="tabular">
        {percent(floor)} – {percent(ceiling)} · {answered} of {questions} answered
        {auto > 0 && `, ${auto} auto`}
      </Text>
    </>
  );
}
