import type { DesiredFunction } from './desired-function.ts';
import { isLayerText, layerText } from './function-mark.ts';
import { codeOf, isNotFound } from './paced-call.ts';
import { listLayerVersions } from './publish-layer.ts';
import { allPages } from './read-deployed.ts';
import type { ScfCall } from './scf-call.ts';

type Say = (line: string) => void;

/** Versions of a function that a rollback may go back to, and whose layers are kept for it. */
const KEPT_VERSIONS = 10;

/**
 * Removes the versions of these functions' layers that none of them needs any more: not the one that is wanted, nor one that any of
 * their last ten versions was published with. What carries no mark of ours is left. They must be all that use these layers.
 */
export async function removeOldLayers(call: ScfCall, functions: readonly DesiredFunction[], say: Say): Promise<void> {
  const wanted = functions.flatMap(({ layers }) => layers);
  for (const name of new Set(wanted.map((layer) => layer.name))) {
    const texts = wanted.filter((layer) => layer.name === name).map(({ code }) => layerText(code.hash));
    const others = (await listLayerVersions(call, name)).filter(
      ({ Description = '', Status }) =>
        isLayerText(Description) && !texts.includes(Description) && Status !== 'Deleted',
    );
    if (others.length === 0) continue;
    const users = functions.filter(({ layers }) => layers.some((layer) => layer.name === name));
    const needed = new Set((await Promise.all(users.map((one) => layersInUse(call, one, name)))).flat());
    for (const { LayerVersion = 0 } of others)
      if (!needed.has(LayerVersion)) await deleteVersion(call, name, LayerVersion, say);
  }
}

/**
 * Of a service that is being removed: every layer whose name begins so, and ends with a layer's own name, which has no hyphen: after
 * another one it is a longer stage's. Its functions are gone by then.
 */
export async function removeAllLayers(call: ScfCall, prefix: string, say: Say): Promise<void> {
  const layers = await allPages(async (Offset, Limit) => {
    const { Layers = [], TotalCount = 0 } = await call('ListLayers', { SearchKey: prefix, Offset, Limit });
    return { items: Layers, total: TotalCount };
  });
  const names = new Set(
    layers
      .map(({ LayerName = '' }) => LayerName)
      .filter((name) => name.startsWith(prefix) && !name.slice(prefix.length).includes('-')),
  );
  for (const name of names) {
    const ours = (await listLayerVersions(call, name)).filter(
      ({ Description, Status }) => isLayerText(Description) && Status !== 'Deleted',
    );
    for (const { LayerVersion = 0 } of ours) await deleteVersion(call, name, LayerVersion, say);
  }
}

async function layersInUse(call: ScfCall, { name, namespace }: DesiredFunction, layer: string): Promise<number[]> {
  const at = { FunctionName: name, Namespace: namespace };
  const versions = await allPages(async (Offset, Limit) => {
    const page = await call('ListVersionByFunction', { ...at, Offset, Limit });
    return { items: page.Versions ?? [], total: page.TotalCount ?? 0 };
  });
  const newest = versions
    .map(({ Version }) => Version)
    .filter((version) => version !== '$LATEST')
    .sort((a, b) => Number(b) - Number(a))
    .slice(0, KEPT_VERSIONS);
  const read = newest.map(async (Qualifier) => {
    const { Layers = [] } = await call('GetFunction', { ...at, Qualifier, ShowCode: 'FALSE' });
    return Layers.filter(({ LayerName }) => LayerName === layer).map(({ LayerVersion = 0 }) => LayerVersion);
  });
  return (await Promise.all(read)).flat();
}

/**
 * "Does not affect functions that are referencing this layer" (DeleteLayerVersion, cloud.tencent.com/document/api/583/41387), and yet
 * `ResourceInUse.LayerVersion` is in its list of errors: such a version stays until nobody uses it.
 */
async function deleteVersion(call: ScfCall, LayerName: string, LayerVersion: number, say: Say): Promise<void> {
  try {
    await call('DeleteLayerVersion', { LayerName, LayerVersion });
    say(`- layer ${LayerName} version ${LayerVersion}`);
  } catch (error) {
    if (codeOf(error).startsWith('ResourceInUse')) say(`left: layer ${LayerName} version ${LayerVersion} is in use`);
    else if (!isNotFound(error)) throw error;
  }
}
