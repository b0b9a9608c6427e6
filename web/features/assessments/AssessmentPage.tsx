import { Button, Group, NativeSelect, Stack, Text, Textarea, UnstyledButton } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Download, Sparkles } from 'lucide-react';
import { useState } from 'react';
import { broadScores } from '../../../contract/answer-words.js';
import type { AssessmentDetail, AssessmentScore } from '../../../contract/assessments.js';
import { useAppState } from '../../app/AppStateContext.js';
import { Attributions } from '../../ui/Attributions.js';
import { Choices } from '../../ui/Choices.js';
import { Facts } from '../../ui/Facts.js';
import { FormDialog } from '../../ui/FormDialog.js';
import { day, percent } from '../../ui/format.js';
import { Loaded } from '../../ui/Loaded.js';
import { TextLink } from '../../ui/links.js';
import { PageHeader } from '../../ui/PageHeader.js';
import { SearchInput } from '../../ui/SearchInput.js';
import { Section } from '../../ui/Section.js';
import { AssessmentHistory } from './AssessmentHistory.js';
import { AssessmentScoreBar, StatusTag } from './AssessmentScoreBar.js';
import { AutofillDialog } from './AutofillDialog.js';
import { assessmentQuery, exportUrl, questionsQuery, useMoveAssessment } from './assessment.api.js';
import classes from './assessment.module.css';
import type { AssessmentSearch } from './assessments.search.js';
import { EditAssessment } from './EditAssessment.js';
import { QuestionCard } from './QuestionCard.js';

const route = getRouteApi('/assessments/$assessmentId');
type Move = 'complete' | 'reopen' | 'clone';

export function AssessmentPage() {
  const { assessmentId } = route.useParams();
  return (
    <Loaded query={useQuery(assessmentQuery(assessmentId))}>
      {(assessment) => <AssessmentView assessment={assessment} />}
    </Loaded>
  );
}

function AssessmentView({ assessment }: { assessment: AssessmentDetail }) {
  const { id, name, questionnaireName, status, score, dueAt, assignee, level } = assessment;
  const { may } = useAppState();
  const [dialog, setDialog] = useState<'autofill' | Move | null>(null);
  const mayWrite = may('assessments:write');
  const isLocked = status === 'completed';
  const close = () => setDialog(null);
  return (
    <>
      <PageHeader
        title={name}
        crumb={<TextLink to="/assessments">Assessments</TextLink>}
        tags={<StatusTag status={status} />}
        about={questionnaireName}
        actions={
          <>
            {mayWrite && !isLocked && (
              <>
                <Button
                  variant="default"
                  leftSection={<Sparkles size={16} aria-hidden />}
                  onClick={() => setDialog('autofill')}
                >
                  Auto-fill
                </Button>
                <Button onClick={() => setDialog('complete')}>Complete</Button>
              </>
            )}
            {mayWrite && isLocked && (
              <>
                <Button variant="default" onClick={() => setDialog('reopen')}>
                  Reopen
                </Button>
                <Button onClick={() => setDialog('clone')}>Next period</Button>
              </>
            )}
            {mayWrite && <EditAssessment assessment={assessment} />}
            {(['pdf', 'xlsx'] as const).map((format) => (
              <Button
                key={format}
                component="a"
                href={exportUrl(id, format)}
                download
                variant="default"
                leftSection={<Download size={16} aria-hidden />}
              >
                {format.toUpperCase()}
              </Button>
            ))}
          </>
        }
      />
      <Stack>
        <Section title="Score">
          <Stack gap="xs">
            <AssessmentScoreBar score={score} label="Score" />
            <Facts
              columns
              facts={[
                { label: 'Coverage', value: percent(score.coverage) },
                {
                  label: 'Maturity',
                  value:
                    score.maturity === null
                      ? null
                      : `${score.maturity} of ${assessment.maturityOf}`,
                },
                ...broadScores(assessment).map((each) => ({
                  label: each.title,
                  value: figuresOf(each.score),
                })),
                { label: 'Level', value: level },
                { label: 'Assignee', value: assignee },
                { label: 'Due', value: dueAt && day(dueAt) },
                { label: 'Expired answers', value: score.expired || null },
              ]}
            />
          </Stack>
        </Section>
        <Questions assessment={assessment} locked={isLocked || !mayWrite} />
        <AssessmentHistory assessment={assessment} />
        <Attributions texts={assessment.attributions} />
      </Stack>
      {dialog === 'autofill' && <AutofillDialog assessmentId={id} onClose={close} />}
      {dialog && dialog !== 'autofill' && (
        <MoveDialog assessment={assessment} to={dialog} onClose={close} />
      )}
    </>
  );
}

function Questions({ assessment, locked }: { assessment: AssessmentDetail; locked: boolean }) {
  const { id, categories } = assessment;
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const change = (changes: Partial<AssessmentSearch>) =>
    navigate({ search: { ...search, ...changes }, replace: true, resetScroll: false });
  const query = useInfiniteQuery(questionsQuery(id, search));
  return (
    <div className={classes.columns}>
      <nav aria-label="Categories">
        <ul className={classes.categories}>
          {[{ id: undefined, title: 'All categories', score: assessment.score }, ...categories].map(
            (each) => (
              <li key={each.id ?? ''}>
                <UnstyledButton
                  className={classes.category}
                  aria-current={search.category === each.id}
                  onClick={() => change({ category: each.id })}
                >
                  {each.title}
                  <Text size="xs" c="dimmed" className="tabular" component="span" display="block">
                    {figuresOf(each.score)}
                  </Text>
                </UnstyledButton>
              </li>
            ),
          )}
        </ul>
        <NativeSelect
          className={classes.picker}
          label="Category"
          value={search.category ?? ''}
          onChange={(event) => change({ category: event.currentTarget.value || undefined })}
          data={[
            { value: '', label: `All categories (${figuresOf(assessment.score)})` },
            ...categories.map((each) => ({
              value: each.id,
              label: `${each.title} (${figuresOf(each.score)})`,
            })),
          ]}
        />
      </nav>
      <Section title="Questions">
        <Group gap="sm" mb="sm">
          <SearchInput label="Search questions" value={search.q} onChange={(q) => change({ q })} />
          <Choices
            label="Show"
            value={search.show}
            onChange={(show) => change({ show })}
            options={[
              { value: undefined, label: 'All' },
              { value: 'unanswered', label: 'Unanswered' },
              { value: 'auto', label: 'Auto' },
              { value: 'conflicts', label: 'Conflicts' },
              { value: 'expired', label: 'Expired' },
            ]}
          />
        </Group>
        <Loaded query={query}>
          {({ pages }) => {
            const items = pages.flatMap((page) => page.items);
            return (
              <>
                {items.length === 0 && <Text c="dimmed">No question matches these filters.</Text>}
                <ul className={classes.list} aria-label="Questions">
                  {items.map((question) => (
                    <QuestionCard
                      key={question.id}
                      assessmentId={id}
                      question={question}
                      locked={locked}
                    />
                  ))}
                </ul>
                {query.hasNextPage && (
                  <Button
                    variant="default"
                    loading={query.isFetchingNextPage}
                    onClick={() => query.fetchNextPage()}
                  >
                    Load more
                  </Button>
                )}
              </>
            );
          }}
        </Loaded>
      </Section>
    </div>
  );
}

/** Progress, score and maturity in short form. */
function figuresOf({ answered, questions, floor, maturity }: AssessmentScore): string {
  const reached = maturity === null ? '' : ` · maturity ${maturity}`;
  return `${answered}/${questions} · ${percent(floor)}${reached}`;
}

const WORDS: Record<Move, { title: string; submit: string; label: string; about: string }> = {
  complete: {
    title: 'Complete the assessment',
    submit: 'Complete',
    label: 'Note',
    about: 'Its answers are locked, and its score is fixed as of now.',
  },
  reopen: {
    title: 'Reopen the assessment',
    submit: 'Reopen',
    label: 'Reason',
    about: 'At least 10 characters; it is kept in the history.',
  },
  clone: {
    title: 'Start the next period',
    submit: 'Start',
    label: 'Name',
    about:
      'Answers that are still valid are copied. “Not applicable” is only copied if its owner is someone other than the person who answered; auto-fill suggests the others.',
  },
};

function MoveDialog({
  assessment,
  to,
  onClose,
}: {
  assessment: AssessmentDetail;
  to: Move;
  onClose: () => void;
}) {
  const move = useMoveAssessment(assessment.id);
  const navigate = route.useNavigate();
  const [text, setText] = useState('');
  const { title, submit, label, about } = WORDS[to];
  return (
    <FormDialog
      title={title}
      submit={submit}
      busy={move.isPending}
      problem={move.error}
      onClose={onClose}
      onSubmit={() =>
        move.mutate(
          { to, text: text.trim() },
          {
            onSuccess: ({ id }) => {
              onClose();
              navigate({ to: '/assessments/$assessmentId', params: { assessmentId: id } });
            },
          },
        )
      }
    >
      <Textarea
        label={label}
        description={about}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        required={to !== 'complete'}
        maxLength={to === 'clone' ? 200 : 2_000}
        rows={2}
        data-autofocus
      />
    </FormDialog>
  );
}
