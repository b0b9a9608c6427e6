import {
  infiniteQueryOptions,
  keepPreviousData,
  queryOptions,
  useMutation,
  useQueryClient,
} from '@tanstack/react-query';
import type { z } from 'zod';
import {
  type AssessmentSettings,
  answerQuestion,
  autofillAssessment,
  changeAssessment,
  changeAssessmentSettings,
  cloneAssessment,
  completeAssessment,
  createAssessment,
  deleteAssessment,
  exportAssessment,
  getAssessment,
  getAssessmentDeletion,
  getAssessmentSettings,
  listAssessments,
  listQuestionnaires,
  listQuestions,
  previewAutofill,
  reopenAssessment,
  restoreAssessment,
  withdrawAnswer,
} from '../../../contract/assessments.js';
import { apiService, urlOf } from '../../api/apiService.js';
import { complianceKey } from '../../api/compliance-cache.js';
import type { AssessmentSearch, AssessmentsFilter } from './assessments.search.js';

const key = ['assessments'] as const;

export const questionnairesQuery = queryOptions({
  queryKey: [...key, 'questionnaires'],
  queryFn: ({ signal }) => apiService(listQuestionnaires, { signal }),
});

const pages = {
  initialPageParam: '',
  getNextPageParam: ({ nextCursor }: { nextCursor: string | null }) => nextCursor,
  placeholderData: keepPreviousData,
};
const after = (cursor: string) => (cursor ? { cursor } : {});

const filterOf = (status: AssessmentsFilter) => {
  if (status === 'deleted') return { deleted: true };
  return status ? { status } : {};
};

export const assessmentsQuery = (status: AssessmentsFilter) =>
  infiniteQueryOptions({
    ...pages,
    queryKey: [...key, 'list', status],
    queryFn: ({ pageParam, signal }) =>
      apiService(listAssessments, {
        query: { limit: 50, ...filterOf(status), ...after(pageParam) },
        signal,
      }),
  });

export const assessmentQuery = (assessmentId: string) =>
  queryOptions({
    queryKey: [...key, 'one', assessmentId],
    queryFn: ({ signal }) => apiService(getAssessment, { params: { assessmentId }, signal }),
  });

export const questionsQuery = (assessmentId: string, { category, show, q }: AssessmentSearch) =>
  infiniteQueryOptions({
    ...pages,
    queryKey: [...key, 'questions', assessmentId, { category, show, q }],
    queryFn: ({ pageParam, signal }) =>
      apiService(listQuestions, {
        params: { assessmentId },
        query: {
          limit: 50,
          ...(category ? { category } : {}),
          ...(show ? { show } : {}),
          ...(q ? { q } : {}),
          ...after(pageParam),
        },
        signal,
      }),
  });

export const autofillQuery = (assessmentId: string) =>
  queryOptions({
    queryKey: [...key, 'autofill', assessmentId],
    queryFn: ({ signal }) => apiService(previewAutofill, { params: { assessmentId }, signal }),
    staleTime: 0,
  });

export const settingsQuery = queryOptions({
  queryKey: [...key, 'settings'],
  queryFn: ({ signal }) => apiService(getAssessmentSettings, { signal }),
});

export const deletionQuery = (assessmentId: string) =>
  queryOptions({
    queryKey: [...key, 'deletion', assessmentId],
    queryFn: ({ signal }) =>
      apiService(getAssessmentDeletion, { params: { assessmentId }, signal }),
    staleTime: 0,
  });

export const exportUrl = (assessmentId: string, format: 'pdf' | 'xlsx') =>
  urlOf(exportAssessment.path, { assessmentId }, { format });

/** An answer may change scores and controls everywhere. */
function useRefreshed() {
  const client = useQueryClient();
  return async () => {
    await Promise.all([
      client.invalidateQueries({ queryKey: key }),
      client.invalidateQueries({ queryKey: complianceKey }),
    ]);
  };
}

export type NewAssessment = z.input<typeof createAssessment.body & z.ZodType>;
export type AssessmentChange = z.input<typeof changeAssessment.body & z.ZodType>;
export type GivenAnswer = z.input<typeof answerQuestion.body & z.ZodType>;

export function useCreateAssessment() {
  const onSuccess = useRefreshed();
  return useMutation({
    mutationFn: (body: NewAssessment) => apiService(createAssessment, { body }),
    onSuccess,
  });
}

export function useChangeAssessment(assessmentId: string) {
  const onSuccess = useRefreshed();
  return useMutation({
    mutationFn: (body: AssessmentChange) =>
      apiService(changeAssessment, { params: { assessmentId }, body }),
    onSuccess,
  });
}

export function useChangeSettings() {
  const onSuccess = useRefreshed();
  return useMutation({
    mutationFn: (body: AssessmentSettings) => apiService(changeAssessmentSettings, { body }),
    onSuccess,
  });
}

/** Calls `leave` first, so that the page does not request the deleted assessment. */
export function useDeleteAssessment(assessmentId: string, leave: () => Promise<void>) {
  const client = useQueryClient();
  const refresh = useRefreshed();
  return useMutation({
    mutationFn: () => apiService(deleteAssessment, { params: { assessmentId } }),
    onSuccess: async () => {
      await leave();
      for (const part of ['one', 'questions', 'autofill', 'deletion']) {
        client.removeQueries({ queryKey: [...key, part, assessmentId] });
      }
      await refresh();
    },
  });
}

export function useRestoreAssessment() {
  const onSuccess = useRefreshed();
  return useMutation({
    mutationFn: (assessmentId: string) =>
      apiService(restoreAssessment, { params: { assessmentId } }),
    onSuccess,
  });
}

export function useAnswer(assessmentId: string, questionId: string) {
  const onSuccess = useRefreshed();
  const params = { assessmentId, questionId };
  return useMutation({
    mutationFn: (body: GivenAnswer | null) =>
      body ? apiService(answerQuestion, { params, body }) : apiService(withdrawAnswer, { params }),
    onSuccess,
  });
}

export function useAutofill(assessmentId: string) {
  const onSuccess = useRefreshed();
  return useMutation({
    mutationFn: (accept: string[]) =>
      apiService(autofillAssessment, { params: { assessmentId }, body: { accept } }),
    onSuccess,
  });
}

export function useMoveAssessment(assessmentId: string) {
  const onSuccess = useRefreshed();
  const params = { assessmentId };
  return useMutation({
    mutationFn: ({ to, text }: { to: 'complete' | 'reopen' | 'clone'; text: string }) => {
      if (to === 'reopen') return apiService(reopenAssessment, { params, body: { reason: text } });
      if (to === 'clone') return apiService(cloneAssessment, { params, body: { name: text } });
      return apiService(completeAssessment, { params, body: text ? { note: text } : {} });
    },
    onSuccess,
  });
}
