import type { SecretPurpose } from '../../shared/config/secrets.ts';

/** serverless.yml, read and checked: everything that the platform will be told, with no variable left. */
export interface Service {
  readonly name: string;
  readonly stage: string;
  readonly region: string;
  readonly runtime: string;
  readonly vpc: VpcConfig | null;
  readonly customDomain: CustomDomain | null;
  /** What the database allows at once; null: nobody has said. */
  readonly databaseConnections: number | null;
  readonly functions: readonly ServiceFunction[];
}

export interface VpcConfig {
  readonly vpcId: string;
  readonly subnetId: string;
}

/** One domain in front of many functions. Its rules know a path, but neither method nor parameter. */
export interface CustomDomain {
  readonly domain: string;
  readonly protocol: 'HTTP' | 'HTTPS' | 'HTTP&HTTPS';
  readonly certificateId: string | null;
  readonly rules: readonly PathRule[];
}

export interface PathRule {
  /** `/`, `/*`, `/xxx`, `/xxx/a` or `/xxx/*`. */
  readonly path: string;
  readonly namespace: string;
  readonly functionName: string;
}

export interface ServiceFunction {
  readonly name: string;
  readonly namespace: string;
  readonly description: string;
  /** Folder of `handler.ts`, from the repository's root. */
  readonly source: string;
  /** `file.export` at the root of the deployed zip. */
  readonly handler: string;
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
  readonly initTimeoutSeconds: number;
  /** What it may reach; provisioning makes its role's policy of it. */
  readonly access: Access;
  /** The execution role, made by provisioning; null: the function may reach nothing. */
  readonly role: string | null;
  readonly environment: Readonly<Record<string, string>>;
  /** What of its package lies in layers, in their order. */
  readonly layers: readonly LayerPart[];
  /** The most instances at once (the platform counts it as memory); null: whatever the region has left. */
  readonly reservedConcurrency: number | null;
  /** The platform does not log return values: for replies that carry tokens. */
  readonly ignoreSysLog: boolean;
  readonly asyncInvoke: AsyncInvoke;
  /** Where an event goes that was given up; null: it is dropped, and the sweepers find what it was about. */
  readonly deadLetter: DeadLetter | null;
  readonly http: HttpTrigger | null;
  readonly cos: readonly CosTrigger[];
  readonly timers: readonly TimerTrigger[];
}

/** A layer of the region, and the folders of the package that it takes: `node_modules/` is found at /opt/node_modules then. */
export interface LayerPart {
  readonly name: string;
  readonly folders: readonly string[];
}

/** What of the account a function may reach: nothing that does not stand here. */
export interface Access {
  /** Purposes of the stage's secrets that it may read. */
  readonly secrets: readonly SecretPurpose[];
  /** By prefix of the stage's bucket. */
  readonly objects: Readonly<Record<string, readonly ObjectVerb[]>>;
  /** Other actions, such as `sms:SendSms`. */
  readonly apis: readonly string[];
}

/** A copy is a `get` of its source and a `put` of its target; `parts` is an upload in parts. */
export type ObjectVerb = 'get' | 'put' | 'parts' | 'delete';

/** Retries after an error of the function itself; how long an event waits in all. */
export interface AsyncInvoke {
  readonly retries: number;
  readonly maxAgeSeconds: number;
}

/** A queue or topic of the operator's, by the platform's own words (DeadLetterConfig). */
export interface DeadLetter {
  readonly type: string;
  readonly name: string;
}

export interface HttpTrigger {
  readonly path: string;
  readonly authType: 'NONE' | 'CAM';
  readonly extranet: boolean;
  readonly intranet: boolean;
}

export interface CosTrigger {
  /** `{name}-{appId}`. */
  readonly bucket: string;
  /** Such as `cos:ObjectCreated:*`. */
  readonly events: string;
  readonly prefix: string;
  readonly suffix: string;
}

export interface TimerTrigger {
  readonly name: string;
  /** Seven fields, UTC+8. */
  readonly cron: string;
  readonly message: string;
}
