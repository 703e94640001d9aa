import type { DesiredFunction } from './desired-function.ts';
import { LIVE } from './desired-function.ts';
import { type FunctionMark, isLayerText, versionText, withMark } from './function-mark.ts';
import { isNotFound, settle, type Timing } from './paced-call.ts';
import type { DesiredLayer, FunctionPackage } from './package-function.ts';
import type { LayerVersions } from './publish-layer.ts';
import { allPages } from './read-deployed.ts';
import type { ScfCall, ScfRequest, ScfResponse } from './scf-call.ts';
import { setConcurrency } from './set-concurrency.ts';
import { setEventInvoke } from './set-event-invoke.ts';
import { setTriggers } from './set-triggers.ts';
import { waitUntilActive } from './wait-until-active.ts';

/** Of a function or a layer. */
export type CodeOf = (one: {
  readonly name: string;
  readonly code: FunctionPackage;
}) => Promise<ScfRequest<'CreateFunction'>['Code']>;

export interface ApplyContext {
  readonly call: ScfCall;
  readonly timing: Timing;
  readonly release: string;
  /** The zip itself, or where it was put. */
  readonly codeOf: CodeOf;
  /** The version of a layer, published unless it is there. */
  readonly layerVersion: (layer: DesiredLayer) => Promise<number>;
}

/**
 * Brings one function to what it should be. Each step looks before it acts, so it may be cut off anywhere and run again.
 * Nothing that serves changes before the alias moves: `$LATEST` is written, frozen into a version, and only then named
 * by the alias that all traffic goes through. Layers come first, for a version names the versions of its layers.
 */
export async function applyFunction(one: DesiredFunction, options: ApplyContext, say: (step: string) => void) {
  const context = { ...options, codeOf: packedOnce(options.codeOf) };
  const { call, timing } = context;
  const step = <T>(name: string, run: () => Promise<T>): Promise<T> => {
    say(name);
    return settle(run, timing);
  };
  const layers = one.layers.length === 0 ? [] : await step('layers', () => layersOf(one, context));
  const version = await step('version', () => findOrPublish(one, { ...context, layers }));
  await step('alias', () => moveAlias(call, one, version));
  await step('triggers', () => setTriggers(call, one));
  await step('retries', () => setEventInvoke(call, one));
  await step('concurrency', () => setConcurrency(call, one));
  await step('mark', () => writeMark(one, context, 'deployed'));
  return version;
}

const layersOf = ({ layers }: DesiredFunction, { layerVersion }: ApplyContext): Promise<LayerVersions> =>
  Promise.all(layers.map(async (one) => ({ LayerName: one.name, LayerVersion: await layerVersion(one) })));

interface LayeredContext extends ApplyContext {
  readonly layers: LayerVersions;
}

/** Whoever asks again is given the same, unless it failed. */
function packedOnce(codeOf: CodeOf): CodeOf {
  let packed: ReturnType<CodeOf> | undefined;
  return (one) => {
    packed ??= codeOf(one).catch((error: unknown) => {
      packed = undefined;
      throw error;
    });
    return packed;
  };
}

const placeOf = ({ name, namespace }: DesiredFunction) => ({ FunctionName: name, Namespace: namespace });

/** The version of this release, published unless it is there: each write is settled by itself, for each may be repeated. */
async function findOrPublish(one: DesiredFunction, context: LayeredContext): Promise<string> {
  const { timing, release } = context;
  const { isNew, had } = await settle(() => ensureFunction(one, context), timing);
  // Cut off after the version was published: the code is there already.
  const published = isNew ? null : await findVersion(context.call, one, release);
  if (published === null) {
    // Packed and put into its bucket while the platform writes the configuration.
    if (!isNew) context.codeOf(one).catch(() => undefined);
    // CreateFunction does not know IgnoreSysLog.
    if (!isNew || one.configuration.IgnoreSysLog) await settle(() => configure(one, context, had), timing);
    if (!isNew) await settle(() => sendCode(one, context), timing);
  }
  return settle(() => publish(one, context), timing);
}

/** `isNew`: it was made just now, with the code of this release. `had`: its layers, as it stands. */
async function ensureFunction(one: DesiredFunction, context: LayeredContext) {
  const { call, timing } = context;
  const found = await findFunction(call, one);
  if (found === null || found.Status === 'CreateFailed') {
    if (found !== null) await call('DeleteFunction', placeOf(one));
    await create(one, context);
    return { isNew: true, had: [] };
  }
  await waitUntilEnded(call, one, timing, found.Status ?? '');
  return { isNew: false, had: found.Layers ?? [] };
}

async function publish(one: DesiredFunction, { call, timing, release }: ApplyContext): Promise<string> {
  let version = await findVersion(call, one, release);
  if (version === null) {
    const request = { ...placeOf(one), Description: versionText(one.versionHash, release) };
    version = (await call('PublishVersion', request)).FunctionVersion ?? '';
  }
  await waitUntilActive(call, one, timing, version);
  return version;
}

async function findFunction(call: ScfCall, one: DesiredFunction) {
  try {
    return await call('GetFunction', { ...placeOf(one), ShowCode: 'FALSE' });
  } catch (error) {
    if (isNotFound(error)) return null;
    throw error;
  }
}

/** What failed may be written again; what is under way may not. */
async function waitUntilEnded(call: ScfCall, one: DesiredFunction, timing: Timing, status: string): Promise<void> {
  if (status !== 'Active' && !/Failed$/.test(status)) await waitUntilActive(call, one, timing);
}

/**
 * Of this very release: an older version of the same content would do as well, but then a rollback could not tell what
 * served when.
 */
async function findVersion(call: ScfCall, one: DesiredFunction, release: string): Promise<string | null> {
  const versions = await allPages(async (Offset, Limit) => {
    const page = await call('ListVersionByFunction', { ...placeOf(one), Offset, Limit });
    return { items: page.Versions ?? [], total: page.TotalCount ?? 0 };
  });
  const text = versionText(one.versionHash, release);
  const same = versions.filter(({ Description }) => Description === text);
  return same.map(({ Version }) => Version).sort((a, b) => Number(b) - Number(a))[0] ?? null;
}

async function create(one: DesiredFunction, context: LayeredContext): Promise<void> {
  const { call, timing, codeOf, layers } = context;
  const { IgnoreSysLog: _, ...configuration } = one.configuration;
  await call('CreateFunction', {
    ...placeOf(one),
    ...configuration,
    Runtime: one.runtime,
    Handler: one.handler,
    Type: 'Event',
    Code: await codeOf(one),
    ...(layers.length > 0 && { Layers: layers }),
    Description: withMark(one.description, mark(one, context, 'deploying')),
  });
  await waitUntilActive(call, one, timing);
}

async function sendCode(one: DesiredFunction, { call, timing, codeOf }: ApplyContext): Promise<void> {
  const code = await codeOf(one);
  await call('UpdateFunctionCode', { ...placeOf(one), Handler: one.handler, ...code });
  await waitUntilActive(call, one, timing);
}

/** How the last layer is taken off: "LayerVersion 0, an empty LayerName" (LayerVersionSimple in the SDK). */
const NO_LAYER: LayerVersions = [{ LayerName: '', LayerVersion: 0 }];

type Had = NonNullable<ScfResponse<'GetFunction'>['Layers']>;

/** A layer that somebody else attached, such as one with an ffmpeg, stays behind ours; a version of one of ours makes room, whatever it says. */
const besideOthers = (ours: LayerVersions, had: Had): LayerVersions => [
  ...ours,
  ...had.flatMap(({ Description, LayerName, LayerVersion }) =>
    isLayerText(Description) ||
    LayerName === undefined ||
    LayerVersion === undefined ||
    ours.some((one) => one.LayerName === LayerName)
      ? []
      : [{ LayerName, LayerVersion }],
  ),
];

async function configure(one: DesiredFunction, context: LayeredContext, had: Had): Promise<void> {
  const layers = besideOthers(context.layers, had);
  await context.call('UpdateFunctionConfiguration', {
    ...placeOf(one),
    ...one.configuration,
    ...(layers.length > 0 && { Layers: layers }),
    ...(layers.length === 0 && had.length > 0 && { Layers: NO_LAYER }),
    Description: withMark(one.description, mark(one, context, 'deploying')),
  });
  await waitUntilActive(context.call, one, context.timing);
}

async function moveAlias(call: ScfCall, one: DesiredFunction, version: string): Promise<void> {
  const alias = { ...placeOf(one), Name: LIVE };
  const target = { ...alias, FunctionVersion: version, RoutingConfig: { AdditionalVersionWeights: [] } };
  try {
    const { FunctionVersion, RoutingConfig } = await call('GetAlias', alias);
    const isSplit = (RoutingConfig?.AdditionalVersionWeights?.length ?? 0) > 0;
    if (FunctionVersion !== version || isSplit) await call('UpdateAlias', target);
  } catch (error) {
    if (!isNotFound(error)) throw error;
    await call('CreateAlias', target);
  }
}

async function writeMark(one: DesiredFunction, context: ApplyContext, state: FunctionMark['state']): Promise<void> {
  await context.call('UpdateFunctionConfiguration', {
    ...placeOf(one),
    Description: withMark(one.description, mark(one, context, state)),
  });
  await waitUntilActive(context.call, one, context.timing);
}

const mark = ({ hash }: DesiredFunction, { release }: ApplyContext, state: FunctionMark['state']): FunctionMark => ({
  state,
  hash,
  release,
});
