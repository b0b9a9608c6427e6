import { FileInput, NativeSelect, TagsInput, Text, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import { type EvidenceItem, UPLOAD_KINDS } from '../../../contract/evidence.js';
import { DayInput, endOfDay } from '../../ui/DayInput.js';
import { FormDialog } from '../../ui/FormDialog.js';
import { words } from '../../ui/format.js';
import { TextLink } from '../../ui/links.js';
import { refusal } from '../../ui/validation.js';
import { useUploadEvidence } from './evidence.api.js';
import { preventSubmitOnEnter } from './prevent-submit-on-enter.js';

const TEN_YEARS = 3_650;

interface UploadDialogProps {
  /** Linked by default. */
  control: string | undefined;
  /** Files chosen beforehand. */
  dropped: File[];
  onClose: () => void;
}

/** Uploads files as evidence; they count once approved. */
export function UploadDialog({ control, dropped, onClose }: UploadDialogProps) {
  const upload = useUploadEvidence();
  const [files, setFiles] = useState(dropped);
  const [known, setKnown] = useState<EvidenceItem[]>([]);
  const [isSending, setSending] = useState(false);
  const [missing, setMissing] = useState(false);
  const [kind, setKind] = useState<(typeof UPLOAD_KINDS)[number]>('document');
  const [title, setTitle] = useState('');
  const [description, setDescription] = useState('');
  const [controls, setControls] = useState<string[]>(control ? [control] : []);
  const [from, setFrom] = useState('');
  const [until, setUntil] = useState('');
  const isMany = files.length > 1;
  const submit = async () => {
    setMissing(files.length === 0);
    if (files.length === 0) return;
    const effectiveTo = endOfDay(until);
    const query = {
      kind,
      ...(title.trim() && !isMany ? { title: title.trim() } : {}),
      ...(description.trim() ? { description: description.trim() } : {}),
      ...(controls.length > 0 ? { controls: controls.map((id) => id.toUpperCase()) } : {}),
      ...(from ? { effectiveFrom: `${from}T00:00:00.000Z` } : {}),
      ...(effectiveTo ? { effectiveTo } : {}),
    };
    // One by one, removing uploaded files from the form: after a failure the rest can be retried.
    const there: EvidenceItem[] = [];
    setSending(true);
    try {
      for (const [index, file] of files.entries()) {
        const item = await upload.mutateAsync({ file, query });
        if (item.duplicate) there.push(item);
        setFiles(files.slice(index + 1));
      }
      if (there.length === 0) onClose();
    } catch {
      // `upload.error` says why, and the form shows it.
    } finally {
      setKnown(there);
      setSending(false);
    }
  };
  const refused = refusal(upload.error, ['effectiveFrom', 'effectiveTo']);
  return (
    <FormDialog
      title="Upload evidence"
      submit="Upload"
      busy={isSending}
      problem={refused.rest}
      onSubmit={() => void submit()}
      onClose={onClose}
    >
      <FileInput
        label="File"
        description="PDF, PNG, JPEG, docx, xlsx, pptx or text. Secrets in text are masked; other files are stored unchanged."
        placeholder="Choose a file or several"
        multiple
        value={files}
        onChange={setFiles}
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
        description={isMany ? 'The file names are used.' : 'Leave empty to use the file name.'}
        disabled={isMany}
        value={title}
        onChange={(event) => setTitle(event.currentTarget.value)}
        maxLength={200}
      />
      <TagsInput
        label="Supported controls"
        description="Ids such as IAC-06; press Enter after each."
        value={controls}
        onChange={setControls}
        maxTags={50}
        acceptValueOnBlur
        onKeyDown={preventSubmitOnEnter}
      />
      <Textarea
        label="What it shows"
        value={description}
        onChange={(event) => setDescription(event.currentTarget.value)}
        maxLength={1_000}
        rows={2}
      />
      <DayInput
        label="In effect from"
        description="Leave empty for today."
        value={from}
        onChange={setFrom}
        minDays={-TEN_YEARS}
        maxDays={TEN_YEARS}
        error={refused.errors.effectiveFrom}
      />
      <DayInput
        label="Valid until"
        value={until}
        onChange={setUntil}
        maxDays={TEN_YEARS}
        error={refused.errors.effectiveTo}
      />
      {known.map(({ id, title }) => (
        <Text key={id} size="sm" role="status">
          This content exists already:{' '}
          <TextLink to="/evidence/$evidenceId" params={{ evidenceId: id }}>
            {title}
          </TextLink>
        </Text>
      ))}
    </FormDialog>
  );
}
