import { layerText } from './function-mark.ts';
import { isNotFound, settle, type Timing } from './paced-call.ts';
import type { DesiredLayer } from './package-function.ts';
import type { ScfCall, ScfRequest } from './scf-call.ts';
import { waitUntilLayerActive } from './wait-until-active.ts';

export type LayerVersions = NonNullable<ScfRequest<'CreateFunction'>['Layers']>;

export interface LayerContext {
  readonly call: ScfCall;
  readonly timing: Timing;
  readonly runtime: string;
  /** The layer's zip itself, or where it was put. */
  readonly contentOf: (layer: DesiredLayer) => Promise<ScfRequest<'PublishLayerVersion'>['Content']>;
}

/** Content that several functions use is published once; one that failed is tried again by the next that asks. */
export function layerPublisher(context: LayerContext): (layer: DesiredLayer) => Promise<number> {
  const begun = new Map<string, Promise<number>>();
  return (layer) => {
    const content = `${layer.name} ${layer.code.hash}`;
    const known = begun.get(content);
    if (known) return known;
    const publishing = settle(() => findOrPublish(layer, context), context.timing);
    begun.set(content, publishing);
    publishing.catch(() => begun.delete(content));
    return publishing;
  };
}

/**
 * A layer's version is told by its description, which says the hash of its content: what is there already, since only the function
 * changed or the deploy that published it was cut off, is used again (PublishLayerVersion, cloud.tencent.com/document/api/583/41383).
 */
async function findOrPublish(layer: DesiredLayer, { call, timing, runtime, contentOf }: LayerContext): Promise<number> {
  const { name: LayerName } = layer;
  const Description = layerText(layer.code.hash);
  const same = (await listLayerVersions(call, LayerName)).filter(
    (one) => one.Description === Description && (one.Status === 'Active' || one.Status === 'Publishing'),
  );
  let version = same.map(({ LayerVersion = 0 }) => LayerVersion).sort((a, b) => b - a)[0];
  version ??= await publish(call, {
    LayerName,
    Description,
    CompatibleRuntimes: [runtime],
    Content: await contentOf(layer),
  });
  await waitUntilLayerActive(call, timing, { LayerName, LayerVersion: version });
  return version;
}

async function publish(call: ScfCall, request: ScfRequest<'PublishLayerVersion'>): Promise<number> {
  const { LayerVersion } = await call('PublishLayerVersion', request);
  if (LayerVersion === undefined)
    throw new TypeError(`PublishLayerVersion of ${request.LayerName} answered no version`);
  return LayerVersion;
}

/** None of a layer that is not there: ListLayerVersions knows `ResourceNotFound.Layer` (its list of errors). */
export async function listLayerVersions(call: ScfCall, LayerName: string) {
  try {
    return (await call('ListLayerVersions', { LayerName })).LayerVersions ?? [];
  } catch (error) {
    if (isNotFound(error)) return [];
    throw error;
  }
}
