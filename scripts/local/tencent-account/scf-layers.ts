import { PLATFORM_LIMITS } from '../../../infra/serverless/platform-limits.ts';
import { ApiRefusal } from '../tencent-api/api-refusal.ts';
import { openZip, RUNTIMES, readZip } from './scf-code.ts';
import { begin, type LayerVersion, type Payload, page, type ScfState, statusNow, text } from './scf-state.ts';

type Action = (state: ScfState, payload: Payload) => Payload;

const MB = 1024 * 1024;
/** "1-64 letters, digits, hyphens and underscores, a letter first, no hyphen or underscore last" (583/41383). */
const LAYER_NAME = /^[A-Za-z]([A-Za-z0-9_-]{0,62}[A-Za-z0-9])?$/;

const refuse = (code: string, message: string): never => {
  throw new ApiRefusal(code, message);
};

/** Layers of the region; quotas by 583/11637, codes by each action's list of errors. */
export const LAYER_ACTIONS: Readonly<Record<string, Action>> = {
  PublishLayerVersion: (state, payload) => {
    const layer = text(payload, 'LayerName');
    const runtimes = payload['CompatibleRuntimes'] as string[]; // checked by the model
    if (!LAYER_NAME.test(layer)) refuse('InvalidParameterValue.LayerName', `${layer} is no name of a layer.`);
    if (runtimes.length === 0 || runtimes.some((one) => !RUNTIMES.includes(one)))
      refuse('InvalidParameterValue.CompatibleRuntimes', `${runtimes.join(', ')} are no runtimes.`);
    const known = state.layers.get(layer) ?? { published: 0, versions: [] };
    if (!state.layers.has(layer) && state.layers.size >= PLATFORM_LIMITS.layersPerRegion)
      refuse('LimitExceeded.Layers', 'Too many layers.');
    if (known.versions.length >= PLATFORM_LIMITS.versionsPerLayer)
      refuse('LimitExceeded.LayerVersions', `Layer [${layer}] has too many versions.`);
    const zip = readZip(state, payload['Content'] as Payload, 50 * MB);
    const { unpackedBytes } = openZip(zip);
    known.published += 1;
    const number = known.published;
    const description = text(payload, 'Description');
    known.versions.push({
      layer,
      number,
      runtimes,
      description,
      zip,
      unpackedBytes,
      status: begin(state, 'Publishing'),
    });
    state.layers.set(layer, known);
    return { LayerVersion: number };
  },
  ListLayers: (state, payload) => {
    const newest = [...state.layers.values()].flatMap(({ versions }) => versions.at(-1) ?? []);
    const found = newest.filter(({ layer }) => layer.includes(text(payload, 'SearchKey')));
    return { Layers: page(found, payload).map((one) => layerInfo(state, one)), TotalCount: found.length };
  },
  ListLayerVersions: (state, payload) => {
    const known = state.layers.get(text(payload, 'LayerName'));
    if (!known) throw new ApiRefusal('ResourceNotFound.Layer', 'The layer does not exist.');
    return { LayerVersions: known.versions.map((one) => layerInfo(state, one)) };
  },
  GetLayerVersion: (state, payload) => layerInfo(state, findVersion(state, payload)),
  DeleteLayerVersion: (state, payload) => {
    const version = findVersion(state, payload);
    const isUsed = state.functions.some(({ latest, versions }) =>
      [latest, ...versions.map(({ snapshot }) => snapshot)].some(({ layers }) => layers.includes(version)),
    );
    if (isUsed && state.layersInUse === 'refused')
      refuse('ResourceInUse.LayerVersion', `Version [${version.number}] of layer [${version.layer}] is in use.`);
    const known = state.layers.get(version.layer);
    known?.versions.splice(known.versions.indexOf(version), 1);
    if (known?.versions.length === 0) state.layers.delete(version.layer);
    return {};
  },
};

/** As a list of layers tells of a version, and a function of its layers. */
export const layerInfo = (
  state: ScfState,
  { layer, number, runtimes, description, status }: LayerVersion,
): Payload => ({
  CompatibleRuntimes: runtimes,
  AddTime: '2026-01-01 00:00:00',
  Description: description,
  LicenseInfo: '',
  LayerVersion: number,
  LayerName: layer,
  Status: statusNow(state, status),
});

/** The layers that a request names; null: it names none, and those that stand stay. @throws ApiRefusal */
export function namedLayers(state: ScfState, payload: Payload): LayerVersion[] | null {
  const given = payload['Layers'] as { LayerName: string; LayerVersion: number }[] | undefined; // checked by the model
  if (given === undefined) return null;
  // "The last one is taken off by an empty name and version 0."
  if (given.length === 1 && given[0]?.LayerName === '' && given[0].LayerVersion === 0) return [];
  if (given.length > PLATFORM_LIMITS.layersPerFunction)
    refuse('InvalidParameterValue.Layers', `${given.length} layers, at most ${PLATFORM_LIMITS.layersPerFunction}.`);
  return given.map((one) => {
    const found = findVersion(state, { ...one });
    if (statusNow(state, found.status) !== 'Active')
      refuse('InvalidParameterValue.Layers', `Version [${found.number}] of layer [${found.layer}] is not active.`);
    return found;
  });
}

/** @throws ApiRefusal ResourceNotFound.LayerVersion */
function findVersion(state: ScfState, payload: Payload): LayerVersion {
  const known = state.layers.get(text(payload, 'LayerName'));
  const found = known?.versions.find(({ number }) => number === payload['LayerVersion']);
  if (!found) throw new ApiRefusal('ResourceNotFound.LayerVersion', 'The version of the layer does not exist.');
  return found;
}
