import { useQueries, useQueryClient } from '@tanstack/react-query';
import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import {
  createImport,
  type ReportImport,
  type StatedCoverage,
} from '../../../contract/security-scans.js';
import { apiService } from '../../api/apiService.js';
import { complianceKey, refreshAfter } from '../../api/compliance-cache.js';
import { findingsKey } from './finding.api.js';
import { importQuery, importsKey, isRunning } from './import.api.js';

/** An uploaded file: being sent, rejected, or accepted and followed as an import. */
export interface Upload {
  key: number;
  fileName: string;
  sizeBytes: number;
  /** Upload progress, 0 to 1. */
  sent: number;
  problem: unknown;
  importId: string | null;
  imported: ReportImport | null;
}

/** What the person who uploads reports states about them; empty: nothing. */
export interface AboutReports {
  target: string;
  coverage: StatedCoverage | '';
}

interface Uploads {
  uploads: readonly Upload[];
  running: boolean;
  /** `target`: what was scanned; empty where the reports say it. */
  add(files: readonly File[], about: AboutReports): void;
  dismiss(key: number): void;
}

const UploadsContext = createContext<Uploads | null>(null);

/** Sends files one after the other and follows their imports, whichever page is shown. */
export function UploadsProvider({ children }: { children: ReactNode }) {
  const [sent, setSent] = useState<readonly Omit<Upload, 'imported'>[]>([]);
  const queue = useRef<Promise<void>>(Promise.resolve());
  const nextKey = useRef(1);
  const client = useQueryClient();

  const change = useCallback(
    (key: number, changes: Partial<Upload>) =>
      setSent((all) => all.map((each) => (each.key === key ? { ...each, ...changes } : each))),
    [],
  );
  const send = useCallback(
    async (key: number, file: File, { target, coverage }: AboutReports) => {
      try {
        const started = await apiService(createImport, {
          file,
          query: {
            ...(target === '' ? {} : { target }),
            ...(coverage === '' ? {} : { coverage }),
          },
          onProgress: (fraction) => change(key, { sent: fraction }),
        });
        change(key, { sent: 1, importId: started.id });
        await client.invalidateQueries({ queryKey: [...importsKey, 'list'] });
      } catch (problem) {
        change(key, { problem });
      }
    },
    [change, client],
  );
  const add = useCallback(
    (files: readonly File[], about: AboutReports) => {
      for (const file of files) {
        const key = nextKey.current++;
        const { name: fileName, size: sizeBytes } = file;
        const upload = { key, fileName, sizeBytes, sent: 0, problem: null, importId: null };
        setSent((all) => [upload, ...all]);
        queue.current = queue.current.then(() => send(key, file, about));
      }
    },
    [send],
  );
  const dismiss = useCallback(
    (key: number) => setSent((all) => all.filter((each) => each.key !== key)),
    [],
  );

  const imported = useImports(sent.flatMap(({ importId }) => importId ?? []));
  const value = useMemo(() => {
    const uploads = sent.map((each) => ({
      ...each,
      imported: imported.find(({ id }) => id === each.importId) ?? null,
    }));
    return { uploads, running: !uploads.every(isOver), add, dismiss };
  }, [sent, imported, add, dismiss]);
  return <UploadsContext value={value}>{children}</UploadsContext>;
}

/** Whether it was rejected or its import has ended. */
export function isOver({ problem, imported }: Upload): boolean {
  return Boolean(problem) || (imported !== null && !isRunning(imported));
}

export function useUploads(): Uploads {
  const uploads = useContext(UploadsContext);
  if (!uploads) throw new Error('useUploads is used outside of UploadsProvider');
  return uploads;
}

/** Polls imports until they end, then refreshes what the server computes from them. */
function useImports(ids: readonly string[]): readonly ReportImport[] {
  const client = useQueryClient();
  const imports = useQueries({
    queries: ids.map((id) => importQuery(id)),
    combine: (results) => results.flatMap(({ data }) => data ?? []),
  });
  const ended = imports.filter((each) => !isRunning(each) && !each.identical);
  const endedAt = ended
    .flatMap(({ finishedAt }) => finishedAt ?? [])
    .toSorted()
    .at(-1);
  const done = imports.filter((each) => !isRunning(each)).length;
  useEffect(() => {
    if (done === 0) return;
    for (const queryKey of [complianceKey, findingsKey, [...importsKey, 'list']]) {
      client.invalidateQueries({ queryKey });
    }
    // Pages that show the posture report the problem themselves.
    if (endedAt) refreshAfter(client, endedAt).catch(() => undefined);
  }, [done, endedAt, client]);
  return imports;
}
