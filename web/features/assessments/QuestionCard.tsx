import { Anchor, Button, Collapse, Group, Stack, Text } from '@mantine/core';
import { Bot, TriangleAlert } from 'lucide-react';
import { useId, useState } from 'react';
import { stepText, supportNote } from '../../../contract/answer-words.js';
import type { Answer, AssessmentQuestion } from '../../../contract/assessments.js';
import { Choices } from '../../ui/Choices.js';
import { counted, day, words } from '../../ui/format.js';
import { TextLink } from '../../ui/links.js';
import { Notice } from '../../ui/Notice.js';
import { ProblemAlert } from '../../ui/ProblemAlert.js';
import { Tag } from '../../ui/Tag.js';
import { AnswerForm } from './AnswerForm.js';
import { AnswerPath, sure } from './AnswerPath.js';
import { answerValueOf, type Choice, choiceOf, choicesOf, stepOf } from './answer-choices.js';
import { useAnswer } from './assessment.api.js';
import classes from './assessment.module.css';

interface QuestionCardProps {
  assessmentId: string;
  question: AssessmentQuestion;
  /** When completed, or without permission to write. */
  locked: boolean;
}

export function QuestionCard({ assessmentId, question, locked }: QuestionCardProps) {
  const { id, title, help, answer, controls, alsoAnswers, conflicts, level } = question;
  const { kind, steps, criteria = [] } = question;
  const heading = useId();
  const [isOpen, setOpen] = useState(false);
  const [choice, setChoice] = useState<Choice>();
  const give = useAnswer(assessmentId, id);
  const openForm = (next: Choice | undefined) => {
    setChoice(next);
    setOpen(true);
  };
  return (
    <li className={classes.question} aria-labelledby={heading}>
      <Stack gap={8}>
        <Group gap="xs" align="baseline">
          <Text id={heading} fw={600} component="h3" m={0} size="sm">
            {title}
          </Text>
          {level !== null && <Tag tone="gray">Level {level}</Tag>}
          {answer?.auto && (
            <Tag tone="blue" icon={Bot}>
              Auto, {sure(answer.confidence)}
            </Tag>
          )}
          {answer && supportNote(answer) && <Tag tone="amber">{sentence(supportNote(answer))}</Tag>}
          {answer?.expired && <Tag tone="red">Expired</Tag>}
        </Group>
        {help && (
          <Text size="sm" c="dimmed">
            {help}
          </Text>
        )}
        {criteria.length > 0 && (
          <ul className={classes.criteria} aria-label={`Criteria of ${title}`}>
            {criteria.map((each) => (
              <li key={each}>{each}</li>
            ))}
          </ul>
        )}
        <Group gap="xs" role="presentation">
          {locked ? (
            <Text size="sm" fw={600}>
              {answer ? (stepText(answer, steps) ?? words(answer.value)) : 'Unanswered'}
            </Text>
          ) : (
            <Choices<Choice>
              label={`Answer to ${title}`}
              value={isOpen ? choice : answer ? choiceOf(answer, steps) : undefined}
              onChange={openForm}
              options={choicesOf(steps)}
            />
          )}
        </Group>
        {answer && !isOpen && <Given question={question} />}
        {conflicts.map(({ text, controlId }) => (
          <Notice key={controlId + text} icon={TriangleAlert} tone="amber" title="Conflict">
            {text}
          </Notice>
        ))}
        <Collapse expanded={isOpen && !locked}>
          {isOpen && (
            <AnswerForm
              question={question}
              value={answerValueOf(choice) ?? answer?.value ?? 'yes'}
              busy={give.isPending}
              onSave={(body) =>
                give.mutate({ ...body, ...stepOf(choice) }, { onSuccess: () => setOpen(false) })
              }
              onCancel={() => setOpen(false)}
            />
          )}
        </Collapse>
        {give.error && <ProblemAlert problem={give.error} />}
        <Group gap="sm">
          {controls.map((control) => (
            <TextLink
              key={control.id}
              to="/controls/$controlId"
              params={{ controlId: control.id }}
              size="xs"
              title={control.title}
            >
              {control.id}
            </TextLink>
          ))}
          {alsoAnswers.length > 0 && (
            <Text size="xs" c="dimmed" lineClamp={2} flex="1 1 200px">
              {kind === 'control'
                ? 'Asked once: also counts for '
                : 'May count in part, until confirmed there, for '}
              {alsoAnswers
                .slice(0, 12)
                .map(({ frameworkName, requirement }) => `${frameworkName} ${requirement}`)
                .join(', ')}
              {alsoAnswers.length > 12 && ` and ${alsoAnswers.length - 12} more`}
            </Text>
          )}
          {answer && !locked && !isOpen && (
            <>
              <Button
                size="compact-xs"
                variant="default"
                onClick={() => openForm(choiceOf(answer, steps))}
              >
                Edit
              </Button>
              <Button
                size="compact-xs"
                variant="default"
                loading={give.isPending}
                onClick={() => give.mutate(null)}
              >
                Withdraw
              </Button>
            </>
          )}
        </Group>
      </Stack>
    </li>
  );
}

function sentence(text: string | null): string {
  return text === null ? '' : text.charAt(0).toUpperCase() + text.slice(1);
}

function Given({ question: { answer, numbers } }: { question: AssessmentQuestion }) {
  if (!answer) return null;
  return (
    <Stack gap={4}>
      {answer.explanation && <Text size="sm">{answer.explanation}</Text>}
      {answer.value === 'yes' && answer.support === 'none' && (
        <Text size="sm" c="dimmed">
          Counts as partial: add an explanation or evidence for it to count in full.
        </Text>
      )}
      {(numbers ?? []).map(({ parameter, title, unit }) => (
        <Text key={parameter} size="sm">
          {title}: {answer.values?.[parameter] ?? 'not stated'}{' '}
          {answer.values?.[parameter] !== undefined && unit}
        </Text>
      ))}
      {answer.evidence.map((each) =>
        each.kind === 'url' ? (
          <Anchor
            key={each.url}
            href={each.url}
            size="sm"
            target="_blank"
            rel="noreferrer noopener"
          >
            {each.label || each.url}
          </Anchor>
        ) : (
          <TextLink
            key={each.evidenceId}
            to="/evidence/$evidenceId"
            params={{ evidenceId: each.evidenceId }}
            size="sm"
          >
            Evidence {each.label || each.evidenceId}
          </TextLink>
        ),
      )}
      <AnswerPath path={answer.path} />
      <Text size="xs" c="dimmed">
        {answer.by}, {day(answer.at)} · valid until {day(answer.expiresAt)}
        {answer.owner && ` · owner ${answer.owner}`}
      </Text>
      {answer.history.length > 0 && <Earlier history={answer.history} />}
    </Stack>
  );
}

/** Earlier answers, collapsed because they no longer count. */
function Earlier({ history }: Pick<Answer, 'history'>) {
  return (
    <details className={classes.earlier}>
      <summary>{counted(history.length, 'earlier answer')}</summary>
      {history.map(({ value, explanation, by, at }) => (
        <Text key={at + by} size="xs" c="dimmed">
          {value ? words(value) : 'Withdrawn'}, {by}, {day(at)}
          {explanation && `: ${explanation}`}
        </Text>
      ))}
    </details>
  );
}
