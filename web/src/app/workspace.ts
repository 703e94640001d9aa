import { createContext, useContext } from 'react';
import type { Client } from '../../../shared/contract/client.ts';
import type { OperatorView } from '../core/operator-view.ts';
import type { PageConfig } from '../core/page-config.ts';
import type { Language } from '../core/preferences.ts';
import type { UploadQueue } from './uploads/upload-queue.ts';

/** What every page of the workspace works with. */
export interface Workspace {
  readonly merchantId: string;
  /** An operator looks at it: nothing can be changed, and signing out ends the view. */
  readonly view?: OperatorView;
  readonly client: Client;
  readonly config: PageConfig;
  readonly uploads: UploadQueue;
  readonly setLanguage: (language: Language) => void;
  readonly signOut: () => Promise<void>;
  /** Goes away from an account that is there no more: nothing of it stays on this device, as far as the browser lets it. */
  readonly leave: () => Promise<void>;
}

export const WorkspaceContext = createContext<Workspace | null>(null);

export function useWorkspace(): Workspace {
  const workspace = useContext(WorkspaceContext);
  if (!workspace) throw new Error('a page outside of the workspace');
  return workspace;
}
