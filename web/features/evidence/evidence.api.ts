import {
  infiniteQueryOptions,
  keepPreviousData,
  queryOptions,
  useMutation,
  useQueryClient,
} from '@tanstack/react-query';
import type { z } from 'zod';
import {
  approveEvidence,
  buildPackage,
  changeEvidence,
  deleteEvidence,
  type EvidencePackage,
  type EvidenceSettings,
  getEvidence,
  getEvidenceCoverage,
  getEvidenceGaps,
  getEvidenceSettings,
  listEvidence,
  listPackages,
  putEvidenceSettings,
  rejectEvidence,
  requestRenewal,
  restoreEvidence,
  reviseEvidence,
  submitEvidence,
  uploadEvidence,
} from '../../../contract/evidence.js';
import { apiService } from '../../api/apiService.js';
import type { EvidenceSearch } from './evidence.search.js';

export const evidenceKey = ['evidence'] as const;
const BUILDING_POLL_MS = 1_000;
const EXPIRING_DAYS = 30;

export const evidenceListQuery = ({ view, state, kind, q, control, framework }: EvidenceSearch) =>
  infiniteQueryOptions({
    queryKey: [...evidenceKey, 'list', { view, state, kind, q, control, framework }],
    queryFn: ({ pageParam, signal }) =>
      apiService(listEvidence, {
        query: {
          ...(q ? { q } : {}),
          ...(control ? { control } : {}),
          ...(framework ? { framework } : {}),
          ...(state ? { state: [state] } : {}),
          ...(kind ? { kind: [kind] } : {}),
          ...(view === 'expiring' ? { expiringDays: EXPIRING_DAYS } : {}),
          ...(view === 'deleted' ? { deleted: true } : {}),
          limit: 50,
          ...(pageParam ? { cursor: pageParam } : {}),
        },
        signal,
      }),
    initialPageParam: '',
    getNextPageParam: ({ nextCursor }) => nextCursor,
    placeholderData: keepPreviousData,
  });

export const evidenceQuery = (evidenceId: string) =>
  queryOptions({
    queryKey: [...evidenceKey, 'one', evidenceId],
    queryFn: ({ signal }) => apiService(getEvidence, { params: { evidenceId }, signal }),
  });

export const evidenceSettingsQuery = queryOptions({
  queryKey: [...evidenceKey, 'settings'],
  queryFn: ({ signal }) => apiService(getEvidenceSettings, { signal }),
});

export const coverageQuery = queryOptions({
  queryKey: [...evidenceKey, 'coverage'],
  queryFn: ({ signal }) => apiService(getEvidenceCoverage, { signal }),
});

export const gapsQuery = (framework: string) =>
  queryOptions({
    queryKey: [...evidenceKey, 'gaps', framework],
    queryFn: ({ signal }) =>
      apiService(getEvidenceGaps, {
        params: { frameworkId: framework },
        query: { days: EXPIRING_DAYS },
        signal,
      }),
  });

export const isBuilding = ({ state }: EvidencePackage) =>
  state === 'queued' || state === 'building';

export const packagesQuery = queryOptions({
  queryKey: [...evidenceKey, 'packages'],
  queryFn: ({ signal }) => apiService(listPackages, { query: { limit: 200 }, signal }),
  refetchInterval: ({ state }) => (state.data?.items.some(isBuilding) ? BUILDING_POLL_MS : false),
});

/** Evidence affects coverage, gaps and, through answers, controls: everything is refetched. */
function useEvidenceMutation<V, R>(mutationFn: (variables: V) => Promise<R>) {
  const client = useQueryClient();
  return useMutation({ mutationFn, onSuccess: () => client.invalidateQueries() });
}

export interface NewUpload {
  file: File;
  query: Partial<z.output<typeof uploadEvidence.query & z.ZodType>>;
}
export const useUploadEvidence = () =>
  useEvidenceMutation(({ file, query }: NewUpload) => apiService(uploadEvidence, { file, query }));

export const useReviseEvidence = (evidenceId: string) =>
  useEvidenceMutation((file: File) => apiService(reviseEvidence, { params: { evidenceId }, file }));

export type EvidenceChange = z.input<typeof changeEvidence.body & z.ZodType>;
export const useChangeEvidence = (evidenceId: string) =>
  useEvidenceMutation((body: EvidenceChange) =>
    apiService(changeEvidence, { params: { evidenceId }, body }),
  );

export type Approval = z.input<typeof approveEvidence.body & z.ZodType>;
export const useApprove = (evidenceId: string) =>
  useEvidenceMutation((body: Approval) =>
    apiService(approveEvidence, { params: { evidenceId }, body }),
  );

const WITH_REASON = { reject: rejectEvidence, renewal: requestRenewal };
export const useGiveReason = (evidenceId: string, action: keyof typeof WITH_REASON) =>
  useEvidenceMutation((reason: string) =>
    apiService(WITH_REASON[action], { params: { evidenceId }, body: { reason } }),
  );

export const useSubmit = (evidenceId: string) =>
  useEvidenceMutation(() => apiService(submitEvidence, { params: { evidenceId }, body: {} }));
export const useRemove = (evidenceId: string) =>
  useEvidenceMutation(() => apiService(deleteEvidence, { params: { evidenceId } }));
export const useRestore = (evidenceId: string) =>
  useEvidenceMutation(() => apiService(restoreEvidence, { params: { evidenceId } }));

export const useSaveEvidenceSettings = () =>
  useEvidenceMutation((body: EvidenceSettings) => apiService(putEvidenceSettings, { body }));

export const useBuildPackage = () =>
  useEvidenceMutation((body: { frameworkId: string; from: string; to: string }) =>
    apiService(buildPackage, { body }),
  );
