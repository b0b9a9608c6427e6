import { Text } from '@mantine/core';
import type { AnswerStep } from '../../../contract/assessments.js';
import { words } from '../../ui/format.js';
import classes from './assessment.module.css';

/** 0–1 in words. */
export const sure = (confidence: number): string => `${Math.round(confidence * 100)} % sure`;

/** How an answer follows from what is known: control by control, how it relates, and what is known of it. */
export function AnswerPath({ path }: { path: readonly AnswerStep[] }) {
  return path.map(({ controlId, relation, what, confidence }) => (
    <Text key={controlId + what} size="xs" c="dimmed" component="span" className={classes.step}>
      {controlId} ({words(relation).toLowerCase()}, {sure(confidence)}): {what}
    </Text>
  ));
}
