import { useSyncExternalStore } from 'react';
import { useWorkspace } from '../workspace.ts';
import type { Upload } from './upload-queue.ts';

export function useUploads(): readonly Upload[] {
  const { uploads } = useWorkspace();
  return useSyncExternalStore(uploads.subscribe, uploads.list);
}
