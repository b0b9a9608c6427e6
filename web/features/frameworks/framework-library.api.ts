import { queryOptions, useMutation } from '@tanstack/react-query';
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
import { complianceKey, useComplianceMutation } from '../../api/compliance-cache.js';

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

export const useChooseFramework = (frameworkId: string) =>
  useComplianceMutation((body: { active?: boolean; targetScore?: number }) =>
    apiService(chooseFramework, { params: { frameworkId }, body }),
  );

export const useRemoveFramework = (frameworkId: string) =>
  useComplianceMutation((confirm: string) =>
    apiService(removeFramework, { params: { frameworkId }, query: { confirm } }),
  );

export const usePreviewFramework = () =>
  useMutation({ mutationFn: (file: File) => apiService(previewFramework, { file }) });

export const useImportFramework = () =>
  useComplianceMutation((file: File) => apiService(importFramework, { file }));

export const exportedFramework = (frameworkId: string) =>
  apiService(exportFramework, { params: { frameworkId } });

export const exportedGaps = (frameworkId: string) =>
  apiService(exportFrameworkGaps, { params: { frameworkId } });
