/** What Tencent SCF accepts. Sources: cloud.tencent.com/document/product/583/11637 (quotas), the SDK's field comments. */
export const PLATFORM_LIMITS = {
  memoryStepMb: 128,
  minMemoryMb: 64,
  maxMemoryMb: 3072,
  maxTimeoutSeconds: 900,
  maxInitTimeoutSeconds: 300,
  /** The platform's own limit is 50; the rest is room for a deploy that adds before it removes. */
  functionsPerNamespace: 45,
  /** `default`, which is always there, is one of them. */
  namespacesPerRegion: 5,
  /** Keys and values together, per function. */
  environmentBytes: 4096,
  syncPayloadBytes: 6 * 1024 * 1024,
  asyncPayloadBytes: 128 * 1024,
  replyBytes: 6 * 1024 * 1024,
  /** Memory of all instances at once in ap-guangzhou, -shanghai, -beijing, -chengdu; half of it elsewhere. */
  regionConcurrencyMb: 128_000,
  /** Ours: instances of the largest function without a reservation that must fit beside all reservations. */
  sharedInstances: 16,
  cosTriggersPerFunction: 10,
  cosTriggersPerBucket: 10,
  timersPerFunction: 10,
  layersPerFunction: 5,
  layersPerRegion: 20,
  versionsPerLayer: 200,
  /** Of a function with its layers, unpacked. */
  unpackedBytes: 500 * 1024 * 1024,
} as const;

/** Function and file names: 2–60 characters, a letter first, a letter or digit last. */
export const FUNCTION_NAME = /^[A-Za-z][A-Za-z0-9_-]{0,58}[A-Za-z0-9]$/;

/** A namespace's: at most 30 characters (CreateNamespace, cloud.tencent.com/document/api/583/35913). */
export const NAMESPACE_NAME = /^[A-Za-z][A-Za-z0-9_-]{0,28}[A-Za-z0-9]$/;

/** A stage as a command line names it; whether what is called after it is too long, each of those names' own rule says. */
export const STAGE_NAME = /^[a-z][a-z0-9-]{0,15}$/;

/** Keys that the platform sets itself and refuses in a function's configuration. */
export const RESERVED_ENVIRONMENT_PREFIXES = ['SCF_', 'QCLOUD_', 'TENCENTCLOUD_'] as const;

const ENVIRONMENT_KEY = /^[A-Za-z][A-Za-z0-9_]{1,63}$/;

/** What is wrong with a function's own environment, key by key and in total; values are never quoted. */
export function environmentProblems(environment: Readonly<Record<string, string>>): string[] {
  const problems: string[] = [];
  let bytes = 0;
  for (const [key, value] of Object.entries(environment)) {
    bytes += Buffer.byteLength(key) + Buffer.byteLength(value);
    if (!ENVIRONMENT_KEY.test(key)) problems.push(`environment key ${key} must match ${ENVIRONMENT_KEY}`);
    const prefix = RESERVED_ENVIRONMENT_PREFIXES.find((reserved) => key.startsWith(reserved));
    if (prefix !== undefined)
      problems.push(`environment key ${key} begins with ${prefix}, which the platform reserves`);
  }
  if (bytes > PLATFORM_LIMITS.environmentBytes) {
    problems.push(`environment takes ${bytes} bytes, the platform allows ${PLATFORM_LIMITS.environmentBytes}`);
  }
  return problems;
}
