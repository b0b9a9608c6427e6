import {
  Anchor,
  Button,
  Collapse,
  Group,
  NumberInput,
  Stack,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Bot, TriangleAlert } from 'lucide-react';
import { useId, useState } from 'react';
import {
  ANSWER_VALUES,
  type Answer,
  type AnswerValue,
  type AssessmentQuestion,
} from '../../../contract/assessments.js';
import { useAppState } from '../../app/AppStateContext.js';
import { Choices } from '../../ui/Choices.js';
import { counted, day, words } from '../../ui/format.js';
import { TextLink } from '../../ui/links.js';
import { Notice } from '../../ui/Notice.js';
import { ProblemAlert } from '../../ui/ProblemAlert.js';
import { Tag } from '../../ui/Tag.js';
import { AnswerPath, sure } from './AnswerPath.js';
import { settingsQuery, useAnswer } from './assessment.api.js';
import classes from './assessment.module.css';

interface QuestionCardProps {
  assessmentId: string;
  question: AssessmentQuestion;
  /** Completed, or not allowed to write. */
  locked: boolean;
}

export function QuestionCard({ assessmentId, question, locked }: QuestionCardProps) {
  const { id, title, help, answer, controls, alsoAnswers, conflicts, level } = question;
  const heading = useId();
  const [isOpen, setOpen] = useState(false);
  const [value, setValue] = useState<AnswerValue>();
  const give = useAnswer(assessmentId, id);
  const begin = (next: AnswerValue | undefined) => {
    setValue(next);
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
          {answer?.expired && <Tag tone="red">Expired</Tag>}
        </Group>
        {help && (
          <Text size="sm" c="dimmed">
            {help}
          </Text>
        )}
        <Group gap="xs" role="presentation">
          {locked ? (
            <Text size="sm" fw={600}>
              {answer ? words(answer.value) : 'Unanswered'}
            </Text>
          ) : (
            <Choices<AnswerValue>
              label={`Answer to ${title}`}
              value={isOpen ? value : answer?.value}
              onChange={begin}
              options={ANSWER_VALUES.map((each) => ({ value: each, label: words(each) }))}
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
              value={value ?? answer?.value ?? 'yes'}
              busy={give.isPending}
              onSave={(body) => give.mutate(body, { onSuccess: () => setOpen(false) })}
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
              Asked once: also counts for{' '}
              {alsoAnswers
                .slice(0, 12)
                .map(({ frameworkName, requirement }) => `${frameworkName} ${requirement}`)
                .join(', ')}
              {alsoAnswers.length > 12 && ` and ${alsoAnswers.length - 12} more`}
            </Text>
          )}
          {answer && !locked && !isOpen && (
            <>
              <Button size="compact-xs" variant="default" onClick={() => begin(answer.value)}>
                Edit
              </Button>
              <Button
                size="compact-xs"
                variant="default"
                loading={give.isPending}
                onClick={() => give.mutate(null)}
              >
                Take back
              </Button>
            </>
          )}
        </Group>
      </Stack>
    </li>
  );
}

function Given({ question: { answer } }: { question: AssessmentQuestion }) {
  if (!answer) return null;
  return (
    <Stack gap={4}>
      {answer.explanation && <Text size="sm">{answer.explanation}</Text>}
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

/** What it was before; folded away, as it counts no longer. */
function Earlier({ history }: Pick<Answer, 'history'>) {
  return (
    <details className={classes.earlier}>
      <summary>{counted(history.length, 'earlier answer')}</summary>
      {history.map(({ value, explanation, by, at }) => (
        <Text key={at + by} size="xs" c="dimmed">
          {value ? words(value) : 'Taken back'}, {by}, {day(at)}
          {explanation && `: ${explanation}`}
        </Text>
      ))}
    </details>
  );
}

interface AnswerFormProps {
  question: AssessmentQuestion;
  value: AnswerValue;
  busy: boolean;
  onSave: (body: {
    value: AnswerValue;
    explanation: string;
    owner: string | null;
    validityDays?: number;
    evidence: ({ kind: 'url'; url: string } | { kind: 'evidence'; evidenceId: string })[];
  }) => void;
  onCancel: () => void;
}

/** What “not applicable” brings about: nobody takes a control out of the count alone. */
function useOwnerHint({ kind }: AssessmentQuestion, value: AnswerValue, owner: string) {
  const { may, user } = useAppState();
  if (kind !== 'control' || value !== 'not_applicable') return undefined;
  if (!may('compliance:write')) {
    return 'Your role may not decide about controls: this stands in the assessment only.';
  }
  if (owner === '' || owner === user.name) {
    return 'The control leaves the count only when somebody other than you is named as owner. Until then this stands in the assessment only.';
  }
  return `The control leaves the count with ${owner} as approver, unless it was decided about elsewhere.`;
}

function AnswerForm({ question, value, busy, onSave, onCancel }: AnswerFormProps) {
  const { answer } = question;
  const own = answer && !answer.auto ? answer : null;
  const [explanation, setExplanation] = useState(own?.explanation ?? '');
  const [links, setLinks] = useState(
    (own?.evidence ?? [])
      .map((each) => (each.kind === 'url' ? each.url : each.evidenceId))
      .join('\n'),
  );
  const [owner, setOwner] = useState(own?.owner ?? '');
  const [days, setDays] = useState<number | string>('');
  const { data: settings } = useQuery(settingsQuery);
  const hint = useOwnerHint(question, value, owner.trim());
  const save = () =>
    onSave({
      value,
      explanation,
      owner: owner.trim() || null,
      ...(Number(days) > 0 ? { validityDays: Number(days) } : {}),
      evidence: links
        .split(/\s+/)
        .filter(Boolean)
        .map((link) =>
          link.includes(':') ? { kind: 'url', url: link } : { kind: 'evidence', evidenceId: link },
        ),
    });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      <Stack gap="xs" maw={640}>
        <Textarea
          label="Explanation"
          value={explanation}
          onChange={(event) => setExplanation(event.currentTarget.value)}
          required={value === 'not_applicable'}
          maxLength={4_000}
          rows={2}
          data-autofocus
        />
        <Textarea
          label="Evidence"
          description="Web addresses or ids of evidence, one per line."
          value={links}
          onChange={(event) => setLinks(event.currentTarget.value)}
          rows={2}
        />
        <Group grow align="flex-start">
          <TextInput
            label="Owner"
            description={hint}
            inputWrapperOrder={['label', 'input', 'description', 'error']}
            value={owner}
            onChange={(event) => setOwner(event.currentTarget.value)}
            maxLength={200}
          />
          <NumberInput
            label="Valid for days"
            placeholder={settings && String(settings.validityDays)}
            value={days}
            onChange={setDays}
            min={1}
            max={370}
          />
        </Group>
        <Group>
          <Button type="submit" size="xs" loading={busy}>
            Save “{words(value)}”
          </Button>
          <Button size="xs" variant="default" onClick={onCancel}>
            Cancel
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
