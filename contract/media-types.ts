/** Media types of uploaded evidence, by the extension of the stored name. */
export const EVIDENCE_MEDIA_TYPES: Record<string, string> = {
  pdf: 'application/pdf',
  png: 'image/png',
  jpg: 'image/jpeg',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  pptx: 'application/vnd.openxmlformats-officedocument.presentationml.presentation',
  json: 'application/json',
  yaml: 'application/yaml',
  csv: 'text/csv',
  md: 'text/markdown',
  txt: 'text/plain',
};
