import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CorsRule } from './cors-rules.ts';
import type { LifecycleRule } from './lifecycle-rules.ts';
import { MultipartUploads } from './multipart-uploads.ts';
import { ObjectStore } from './object-store.ts';

/** `name` without the app id. Rules given here replace the ones that were stored; rules left out are kept. */
export type BucketSettings = { name: string; cors?: readonly CorsRule[]; lifecycle?: readonly LifecycleRule[] };

type Configuration = {
  cors: readonly CorsRule[];
  lifecycle: readonly LifecycleRule[];
  acl?: CannedAcl;
  /** The website's XML as it was put, '' for none. */
  website?: string;
};

export type CannedAcl = 'private' | 'public-read';

/** One private bucket: its objects, unfinished uploads and rules, in a folder of its own. */
export class Bucket {
  readonly name: string;
  readonly appId: string;
  readonly region: string;
  readonly objects: ObjectStore;
  readonly uploads: MultipartUploads;
  /** Holds everything of it. */
  readonly folder: string;
  readonly #path: string;
  #configuration: Configuration = { cors: [], lifecycle: [] };

  constructor(settings: BucketSettings, place: { dataFolder: string; appId: string; region: string }) {
    if (!/^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/.test(settings.name)) throw new TypeError(`bucket name: ${settings.name}`);
    this.name = settings.name;
    this.appId = place.appId;
    this.region = place.region;
    this.folder = join(place.dataFolder, this.id);
    mkdirSync(this.folder, { recursive: true });
    this.objects = new ObjectStore(this.folder);
    this.uploads = new MultipartUploads(join(this.folder, 'uploads'));
    this.#path = join(this.folder, 'configuration.json');
    try {
      this.#configuration = JSON.parse(readFileSync(this.#path, 'utf8')) as Configuration;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
    if (settings.cors) this.cors = settings.cors;
    if (settings.lifecycle) this.lifecycle = settings.lifecycle;
  }

  get id(): string {
    return `${this.name}-${this.appId}`;
  }

  /** As errors and results name an object: COS's own host, whatever host the request came by. */
  location(key: string): string {
    return `${this.id}.cos.${this.region}.myqcloud.com/${key}`;
  }

  get cors(): readonly CorsRule[] {
    return this.#configuration.cors;
  }

  set cors(rules: readonly CorsRule[]) {
    this.#save({ ...this.#configuration, cors: rules });
  }

  get lifecycle(): readonly LifecycleRule[] {
    return this.#configuration.lifecycle;
  }

  set lifecycle(rules: readonly LifecycleRule[]) {
    this.#save({ ...this.#configuration, lifecycle: rules });
  }

  /** Kept and answered; reading without a signature is not played. */
  get acl(): CannedAcl {
    return this.#configuration.acl ?? 'private';
  }

  set acl(acl: CannedAcl) {
    this.#save({ ...this.#configuration, acl });
  }

  get website(): string {
    return this.#configuration.website ?? '';
  }

  set website(xml: string) {
    this.#save({ ...this.#configuration, website: xml });
  }

  #save(configuration: Configuration): void {
    const fresh = `${this.#path}.new`;
    rmSync(fresh, { force: true });
    writeFileSync(fresh, JSON.stringify(configuration));
    renameSync(fresh, this.#path);
    this.#configuration = configuration;
  }
}
