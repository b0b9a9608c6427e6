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

/** Every column a file may have, with two example controls. */
export const TEMPLATE = {
  fileName: 'controls-template.csv',
  mediaType: 'text/csv',
  text: [
    'id,domain,title,intent,weight,kind,cadence,keywords,negative',
    'ACME-01,IAC,Leaver badges,"Badges are returned on the last day and deactivated within an hour.",7,process,quarterly,badge; leaver,',
    'ACME-02,CRY,Keys in hardware modules,Customer keys are generated and kept in our own hardware modules.,8,technology,continuous,hardware security module; hsm,software key',
    '',
  ].join('\n'),
};
