import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DatabaseSecret } from '../../shared/config/secrets.ts';
import { buildFunctions } from '../build/build-functions.ts';
import { localDatabase } from '../local/local-database.ts';
import { startCloud } from '../local/start-cloud.ts';
import { installModels } from '../local/tencent-engines/standin-engines.ts';
import { type DemoEnd, demoAt } from './demo-at.ts';
import { drawPhotos, readPhotos } from './demo-photos.ts';
import { type DemoArguments, parseDemoArgs } from './parse-demo-args.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const now = (): number => Math.round(performance.now());
/** Standard output belongs to the account, or to the JSON document; progress goes beside it. */
const say = (line: string): void => void process.stderr.write(`${line}\n`);

async function demo(asked: DemoArguments): Promise<DemoEnd> {
  const { photos: photoPaths, engines, moderation } = asked;
  const dataFolder = await mkdtemp(join(tmpdir(), 'yiying-demo-'));
  const startMs = now();
  const [, database, photos] = await Promise.all([
    buildFunctions(),
    localDatabase(),
    photoPaths.length > 0 ? readPhotos(photoPaths) : drawPhotos(),
  ]);
  try {
    const cloud = await startCloud({
      root,
      distFolder: join(root, 'dist'),
      dataFolder,
      keysFile: join(root, '.cache', 'local', 'keys.json'),
      database: database.connection as Parameters<typeof startCloud>[0]['database'],
      ...{ moderation, ...(engines !== undefined && { engines }) },
    });
    say(`本地云 local cloud at ${cloud.apiUrl} after ${((now() - startMs) / 1000).toFixed(1)} s`);
    try {
      if (engines !== undefined) await installModels(cloud.objects, database.connection as DatabaseSecret);
      return await demoAt(cloud, asked, { photos, outputFolder: join(root, 'demo-output'), say, now });
    } finally {
      await cloud.close();
    }
  } finally {
    await database.stop();
    await rm(dataFolder, { recursive: true, force: true });
  }
}

try {
  const asked = parseDemoArgs(process.argv.slice(2), process.env['INIT_CWD'] ?? process.cwd());
  const { text, isAsExpected } = await demo(asked);
  process.stdout.write(text);
  if (!isAsExpected) {
    say('演示未按预期完成 not everything that was expected happened');
    process.exitCode = 1;
  }
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
