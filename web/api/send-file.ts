import { ApiProblem } from './api-problem.js';

interface FileRequest {
  method: string;
  url: string;
  file: File;
  onProgress?: (fraction: number) => void;
  signal?: AbortSignal;
}

/** Uploads with XMLHttpRequest, because fetch cannot report upload progress. */
export function sendFile({ method, url, file, onProgress, signal }: FileRequest) {
  return new Promise<{ status: number; text: string }>((resolve, reject) => {
    const request = new XMLHttpRequest();
    const abort = () => request.abort();
    const settle = (finish: () => void) => {
      signal?.removeEventListener('abort', abort);
      finish();
    };
    request.open(method, url);
    request.setRequestHeader('accept', 'application/json');
    request.upload.onprogress = (event) => {
      if (event.lengthComputable && event.total > 0) onProgress?.(event.loaded / event.total);
    };
    request.onload = () =>
      settle(() => resolve({ status: request.status, text: request.responseText }));
    request.onerror = () => settle(() => reject(ApiProblem.unreachable()));
    request.onabort = () =>
      settle(() => reject(new DOMException('The upload was stopped', 'AbortError')));
    signal?.addEventListener('abort', abort);
    const form = new FormData();
    form.append('file', file, file.name);
    request.send(form);
  });
}
