import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import {
  chooseScfFramework,
  getScf,
  getScfBeside,
  getScfChanges,
  importScf,
  listScfFrameworks,
  listScfReleases,
  previewScf,
  removeScfRelease,
} from '../../../contract/scf.js';
import { apiService } from '../../api/apiService.js';
import { complianceKey, useComplianceMutation } from '../../api/compliance-cache.js';

const scfKey = [...complianceKey, 'scf'] as const;

export const scfQuery = queryOptions({
  queryKey: [...scfKey, 'status'],
  queryFn: ({ signal }) => apiService(getScf, { signal }),
});

export const scfReleasesQuery = queryOptions({
  queryKey: [...scfKey, 'releases'],
  queryFn: ({ signal }) => apiService(listScfReleases, { query: { limit: 100 }, signal }),
});

export const scfChangesQuery = (releaseId: string) =>
  queryOptions({
    queryKey: [...scfKey, 'changes', releaseId],
    queryFn: ({ signal }) => apiService(getScfChanges, { params: { releaseId }, signal }),
  });

export const scfFrameworksQuery = (q: string | undefined) =>
  infiniteQueryOptions({
    queryKey: [...scfKey, 'frameworks', q ?? ''],
    queryFn: ({ pageParam, signal }) =>
      apiService(listScfFrameworks, {
        query: { limit: 50, ...(q ? { q } : {}), ...(pageParam ? { cursor: pageParam } : {}) },
        signal,
      }),
    initialPageParam: '',
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });

export const scfBesideQuery = (controlId: string) =>
  queryOptions({
    queryKey: [...scfKey, 'beside', controlId],
    queryFn: ({ signal }) => apiService(getScfBeside, { params: { controlId }, signal }),
  });

export const usePreviewScf = (onProgress: (fraction: number) => void) =>
  useComplianceMutation((file: File) => apiService(previewScf, { file, onProgress }));

export const useImportScf = () =>
  useComplianceMutation((body: { releaseId: string; force: boolean }) =>
    apiService(importScf, { body }),
  );

export const useRemoveScf = () =>
  useComplianceMutation((releaseId: string) =>
    apiService(removeScfRelease, { params: { releaseId } }),
  );

export const useChooseScfFramework = () =>
  useComplianceMutation(({ id, active }: { id: string; active: boolean }) =>
    apiService(chooseScfFramework, { params: { frameworkId: id }, body: { active } }),
  );
