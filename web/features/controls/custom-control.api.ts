import { queryOptions, useMutation } from '@tanstack/react-query';
import {
  exportControls,
  importControls,
  listCustomControls,
  previewControls,
  removeControl,
} from '../../../contract/compliance.js';
import { apiService } from '../../api/apiService.js';
import { complianceKey, useComplianceMutation } from '../../api/compliance-cache.js';

export const customControlsQuery = queryOptions({
  queryKey: [...complianceKey, 'custom-controls'],
  queryFn: ({ signal }) => apiService(listCustomControls, { signal }),
});

export const CONTROL_FORMATS = ['csv', 'yaml', 'json'] as const;

export const exportedControls = (format: (typeof CONTROL_FORMATS)[number]) =>
  apiService(exportControls, { query: { format } });

export const usePreviewControls = () =>
  useMutation({ mutationFn: (file: File) => apiService(previewControls, { file }) });

export const useImportControls = () =>
  useComplianceMutation((file: File) => apiService(importControls, { file }));

export const useRemoveControl = () =>
  useComplianceMutation((controlId: string) =>
    apiService(removeControl, { params: { controlId } }),
  );
