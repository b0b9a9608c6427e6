import { FileInput, NativeSelect, TagsInput, Text, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import { UPLOAD_KINDS } from '../../../contract/evidence.js';
import { DayInput, endOfDay } from '../../ui/DayInput.js';
import { FormDialog } from '../../ui/FormDialog.js';
import { words } from '../../ui/format.js';
import { TextLink } from '../../ui/links.js';
import { useUploadEvidence } from './evidence.api.js';

interface UploadDialogProps {
  /** Linked from the start. */
  control: string | undefined;
  onClose: () => void;
}

/** Takes a file in; it counts once somebody has approved it. */
export function UploadDialog({ control, onClose }: UploadDialogProps) {
  const upload = useUploadEvidence();
  const [file, setFile] = useState<File | null>(null);
  const [missing, setMissing] = useState(false);
  const [kind, setKind] = useState<(typeof UPLOAD_KINDS)[number]>('document');
  const [title, setTitle] = useState('');
  const [description, setDescription] = useState('');
  const [controls, setControls] = useState<string[]>(control ? [control] : []);
  const [until, setUntil] = useState('');
  const submit = () => {
    setMissing(file === null);
    if (!file) return;
    const effectiveTo = endOfDay(until);
    const query = {
      kind,
      ...(title.trim() ? { title: title.trim() } : {}),
      ...(description.trim() ? { description: description.trim() } : {}),
      ...(controls.length > 0 ? { controls: controls.map((id) => id.toUpperCase()) } : {}),
      ...(effectiveTo ? { effectiveTo } : {}),
    };
    upload.mutate({ file, query }, { onSuccess: ({ duplicate }) => !duplicate && onClose() });
  };
  const known = upload.data?.duplicate ? upload.data : null;
  return (
    <FormDialog
      title="Upload evidence"
      submit="Upload"
      busy={upload.isPending}
      problem={upload.error}
      onSubmit={submit}
      onClose={onClose}
    >
      <FileInput
        label="File"
        description="PDF, PNG, JPEG, docx, xlsx, pptx or text. Secrets in text are masked; other files are kept as they are."
        placeholder="Choose a file"
        value={file}
        onChange={setFile}
        error={missing && 'Choose a file'}
        required
      />
      <NativeSelect
        label="Kind"
        value={kind}
        onChange={({ currentTarget }) => {
          const chosen = UPLOAD_KINDS.find((one) => one === currentTarget.value);
          if (chosen) setKind(chosen);
        }}
        data={UPLOAD_KINDS.map((value) => ({ value, label: words(value) }))}
      />
      <TextInput
        label="Title"
        description="Leave empty to call it by its file."
        value={title}
        onChange={(event) => setTitle(event.currentTarget.value)}
        maxLength={200}
      />
      <TagsInput
        label="Controls that it supports"
        description="Ids such as IAC-06; press Enter after each."
        value={controls}
        onChange={setControls}
        maxTags={50}
        acceptValueOnBlur
      />
      <Textarea
        label="What it shows"
        value={description}
        onChange={(event) => setDescription(event.currentTarget.value)}
        maxLength={1_000}
        rows={2}
      />
      <DayInput label="Holds until" value={until} onChange={setUntil} maxDays={3_650} />
      {known && (
        <Text size="sm" role="status">
          This content is there already:{' '}
          <TextLink to="/evidence/$evidenceId" params={{ evidenceId: known.id }}>
            {known.title}
          </TextLink>
        </Text>
      )}
    </FormDialog>
  );
}
