import { type FSWatcher, watch } from 'node:fs';
import { dirname, join } from 'node:path';
import { type BuildFunctionsOptions, buildFunctions, REPOSITORY_ROOT } from './build-functions.ts';
import { readRecord } from './build-record.ts';
import { functionFolder, listFunctions } from './list-functions.ts';

export interface WatchFunctionsOptions extends Omit<BuildFunctionsOptions, 'only' | 'cache'> {
  /** The new bundle is in place. `ms` from the change that was noticed. */
  readonly onRebuilt: (name: string, ms: number) => void;
  /** The build failed: the bundles stay as they were. */
  readonly onFailed: (error: unknown) => void;
}

export interface WatchedFunctions {
  readonly close: () => Promise<void>;
}

/** Editors write a file in several steps; more than this and the swap would be felt. */
const SETTLE_MS = 25;

/**
 * Rebuilds what a change touches, without code cache. Watches the folders of all inputs one by one: `fs.watch` with
 * `recursive` misses files that an editor replaces by renaming (Node 20, Linux). Dependencies are not watched.
 */
export async function watchFunctions(options: WatchFunctionsOptions): Promise<WatchedFunctions> {
  const { onRebuilt, onFailed, ...place } = options;
  const { functionsFolder = join(REPOSITORY_ROOT, 'functions'), distFolder = join(REPOSITORY_ROOT, 'dist') } = place;
  const watchers = new Map<string, FSWatcher>();
  let changedAtMs: number | null = null;
  let timer: NodeJS.Timeout | undefined;
  let building: Promise<void> = Promise.resolve();

  const rebuild = async (): Promise<void> => {
    const sinceMs = changedAtMs ?? performance.now();
    changedAtMs = null;
    try {
      const built = await buildFunctions({ ...place, cache: false });
      const ms = performance.now() - sinceMs;
      for (const { name, ms: buildMs } of built) if (buildMs > 0) onRebuilt(name, ms);
    } catch (error) {
      onFailed(error);
    }
    await watchFolders();
  };
  const noticed = (): void => {
    changedAtMs ??= performance.now();
    clearTimeout(timer);
    timer = setTimeout(() => {
      building = building.then(rebuild);
    }, SETTLE_MS);
  };
  const watchFolders = async (): Promise<void> => {
    const folders = new Set([functionsFolder]);
    for (const name of listFunctions(functionsFolder)) {
      folders.add(functionFolder(functionsFolder, name));
      const record = await readRecord(distFolder, name);
      for (const path of Object.keys(record?.inputs ?? {})) {
        if (!path.startsWith('node_modules/')) folders.add(dirname(join(REPOSITORY_ROOT, path)));
      }
    }
    for (const folder of folders) if (!watchers.has(folder)) watchers.set(folder, watch(folder, noticed));
    for (const [folder, watcher] of watchers) {
      if (folders.has(folder)) continue;
      watcher.close();
      watchers.delete(folder);
    }
  };

  await watchFolders();
  return {
    close: async () => {
      clearTimeout(timer);
      await building;
      for (const watcher of watchers.values()) watcher.close();
      watchers.clear();
    },
  };
}
