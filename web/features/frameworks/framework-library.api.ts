import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import type { TextFile } from '../../../contract/compliance.js';
import {
  chooseFramework,
  compareFrameworks,
  exportFramework,
  exportFrameworkGaps,
  getFrameworkGaps,
  importFramework,
  listAvailableFrameworks,
  previewFramework,
  removeFramework,
} from '../../../contract/compliance.js';
import { apiService } from '../../api/apiService.js';
import { complianceKey } from '../posture/posture.api.js';

export const availableQuery = queryOptions({
  queryKey: [...complianceKey, 'available'],
  queryFn: ({ signal }) => apiService(listAvailableFrameworks, { signal }),
});

export const gapsQuery = (frameworkId: string) =>
  queryOptions({
    queryKey: [...complianceKey, 'gaps', frameworkId],
    queryFn: ({ signal }) => apiService(getFrameworkGaps, { params: { frameworkId }, signal }),
  });

/** How far each active framework covers this one. */
export const overlapsQuery = (to: string) =>
  queryOptions({
    queryKey: [...complianceKey, 'overlaps', to],
    queryFn: ({ signal }) => apiService(compareFrameworks, { query: { to }, signal }),
  });

function useRefreshing<V, R>(mutationFn: (variables: V) => Promise<R>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn,
    onSuccess: () => client.invalidateQueries({ queryKey: complianceKey }),
  });
}

export const useChooseFramework = (frameworkId: string) =>
  useRefreshing((body: { active?: boolean; targetScore?: number }) =>
    apiService(chooseFramework, { params: { frameworkId }, body }),
  );

export const useRemoveFramework = (frameworkId: string) =>
  useRefreshing((confirm: string) =>
    apiService(removeFramework, { params: { frameworkId }, query: { confirm } }),
  );

export const usePreviewFramework = () =>
  useMutation({ mutationFn: (file: File) => apiService(previewFramework, { file }) });

export const useImportFramework = () =>
  useRefreshing((file: File) => apiService(importFramework, { file }));

export const exportedFramework = (frameworkId: string) =>
  apiService(exportFramework, { params: { frameworkId } });

export const exportedGaps = (frameworkId: string) =>
  apiService(exportFrameworkGaps, { params: { frameworkId } });

/** Hands a text to the browser as a file. */
export function saveFile({ fileName, mediaType, text }: TextFile): void {
  const url = URL.createObjectURL(new Blob([text], { type: mediaType }));
  const link = document.createElement('a');
  link.href = url;
  link.download = fileName;
  link.click();
  URL.revokeObjectURL(url);
}
