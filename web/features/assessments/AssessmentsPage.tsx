import { Box, Button, Group, Stack, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { ClipboardCheck, Plus } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import type { AssessmentSummary } from '../../../contract/assessments.js';
import { useAppState } from '../../app/AppStateContext.js';
import { Attributions } from '../../ui/Attributions.js';
import { Choices } from '../../ui/Choices.js';
import { EmptyState } from '../../ui/EmptyState.js';
import { counted, day } from '../../ui/format.js';
import { Loaded } from '../../ui/Loaded.js';
import { TextLink } from '../../ui/links.js';
import { PageHeader } from '../../ui/PageHeader.js';
import classes from '../../ui/rows.module.css';
import { Section } from '../../ui/Section.js';
import { Tag } from '../../ui/Tag.js';
import { AssessmentScoreBar, StatusTag } from './AssessmentScoreBar.js';
import { assessmentsQuery } from './assessment.api.js';
import type { AssessmentsFilter } from './assessments.search.js';
import { DeletedRow, JustDeleted } from './DeletedAssessments.js';
import { NewAssessmentDialog } from './NewAssessmentDialog.js';
import { ValidityDialog } from './ValidityDialog.js';

const route = getRouteApi('/assessments');

export function AssessmentsPage() {
  const { status, undo } = route.useSearch();
  const navigate = route.useNavigate();
  const { may } = useAppState();
  const [isNew, setNew] = useState(false);
  const [isValidity, setValidity] = useState(false);
  const query = useInfiniteQuery(assessmentsQuery(status));
  const start = may('assessments:write') && (
    <Button leftSection={<Plus size={16} aria-hidden />} onClick={() => setNew(true)}>
      New assessment
    </Button>
  );
  return (
    <>
      <PageHeader
        title="Assessments"
        about="Questionnaires based on frameworks. Each control is asked about once, and the answer counts in every framework."
        actions={
          may('assessments:write') && (
            <>
              {start}
              <Button variant="default" onClick={() => setValidity(true)}>
                {' '}
                Answer validity{' '}
              </Button>
            </>
          )
        }
      />
      <Group mb="sm">
        <Choices
          label="Filter by status"
          value={status}
          onChange={(next) => navigate({ search: { status: next }, replace: true })}
          options={[
            { value: undefined, label: 'All' },
            { value: 'draft', label: 'Draft' },
            { value: 'in_progress', label: 'In progress' },
            { value: 'completed', label: 'Completed' },
            { value: 'reopened', label: 'Reopened' },
            { value: 'deleted', label: 'Deleted' },
          ]}
        />
      </Group>
      {undo && (
        <Box mb="sm">
          <JustDeleted assessmentId={undo} />
        </Box>
      )}
      <Loaded query={query}>
        {({ pages }) => {
          const items = pages.flatMap((page) => page.items);
          if (items.length === 0) {
            return <NoAssessment status={status} start={start} />;
          }
          return (
            <Section title={counted(items.length, 'assessment')}>
              <ul className={classes.rows}>
                {items.map((each) =>
                  each.deleted ? (
                    <DeletedRow key={each.id} assessment={each} deleted={each.deleted} />
                  ) : (
                    <AssessmentRow key={each.id} assessment={each} />
                  ),
                )}
              </ul>
              <Attributions texts={items.map(({ attribution }) => attribution)} />
              {query.hasNextPage && (
                <Button mt="sm" variant="default" onClick={() => query.fetchNextPage()}>
                  Load more
                </Button>
              )}
            </Section>
          );
        }}
      </Loaded>
      {isValidity && <ValidityDialog onClose={() => setValidity(false)} />}
      {isNew && <NewAssessmentDialog onClose={() => setNew(false)} />}
    </>
  );
}

function NoAssessment({ status, start }: { status: AssessmentsFilter; start: ReactNode }) {
  if (status === 'deleted') {
    return (
      <EmptyState icon={ClipboardCheck} title="Nothing to restore">
        Deleted assessments are kept here for a while, with their answers.
      </EmptyState>
    );
  }
  return (
    <EmptyState
      icon={ClipboardCheck}
      title={status ? 'No assessments with this status' : 'No assessments yet'}
      action={start}
    >
      Choose a questionnaire. Auto-fill can answer what scans already prove.
    </EmptyState>
  );
}

function AssessmentRow({ assessment }: { assessment: AssessmentSummary }) {
  const { id, name, questionnaireName, status, dueAt, overdue, assignee, score } = assessment;
  return (
    <li className={classes.row}>
      <div className={classes.what}>
        <Group gap="xs">
          <TextLink to="/assessments/$assessmentId" params={{ assessmentId: id }} fw={600}>
            {name}
          </TextLink>
          <StatusTag status={status} />
          {overdue && <Tag tone="red">Overdue</Tag>}
        </Group>
        <Text size="sm" c="dimmed">
          {questionnaireName}
          {assignee && ` · ${assignee}`}
          {dueAt && ` · due ${day(dueAt)}`}
        </Text>
      </div>
      <Stack gap={4} w={{ base: '100%', sm: 300 }}>
        <AssessmentScoreBar score={score} label={name} />
      </Stack>
    </li>
  );
}
