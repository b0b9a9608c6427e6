import { FileDrop } from '../../ui/FileDrop.js';

/** Takes files as evidence; a dialog then asks what they are. */
export function EvidenceDrop({ onFiles }: { onFiles: (files: File[]) => void }) {
  return (
    <FileDrop
      label="Add evidence"
      inputLabel="Evidence files"
      title="Drop policies, procedures and screenshots here"
      dropTitle="Drop to add"
      button={{ variant: 'default', size: 'xs' }}
      onFiles={onFiles}
    />
  );
}
