import { Text } from '@mantine/core';
import type { AnswerStep } from '../../../contract/assessments.js';
import { words } from '../../ui/format.js';
import classes from './assessment.module.css';

/** A confidence from 0 to 1 as text. */
export const sure = (confidence: number): string => `${Math.round(confidence * 100)} % sure`;

/** How an answer is derived: each control, its relation to the question, and what is known about it. */
export function AnswerPath({ path }: { path: readonly AnswerStep[] }) {
  return path.map(({ controlId, relation, what, confidence }) => (
    <Text key={controlId + what} size="xs" c="dimmed" component="span" className={classes.step}>
      {controlId} ({words(relation).toLowerCase()}, {sure(confidence)}): {what}
    </Text>
  ));
}
