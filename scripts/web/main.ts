import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pacedAccount, type Timing } from '../../infra/deploy/paced-call.ts';
import { messageOf } from '../../infra/deploy/run-deploy.ts';
import { openAccount } from '../../infra/provision/account-call.ts';
import { readService } from '../../infra/serverless/read-service.ts';
import { systemClock } from '../../shared/clock.ts';
import { REPOSITORY_ROOT } from '../build/build-functions.ts';
import { buildWeb } from '../build/build-web.ts';
import { access } from '../deploy/open-deployment.ts';
import { bucketsOf } from '../provision/buckets-of.ts';
import { budgetProblems, firstLoads } from './first-loads.ts';
import { parseWebArgs, type WebRequest } from './parse-web-args.ts';
import { publishSite } from './publish-site.ts';
import { readSiteConfig, type SiteConfig } from './site-config.ts';
import { siteOfStage } from './site-of-stage.ts';
import { writeSite } from './write-site.ts';

// `npm run web -- [--config site.json] [--out folder]`: builds the pages and fills in what is the operator's. With
// `--publish --stage prod [--dry-run]` what differs is sent to WEB_BUCKET.

const { env } = process;

/** Where published pages go; asked for before anything is built. */
interface Target {
  readonly site: SiteConfig;
  readonly send: (folder: string) => Promise<void>;
}

function targetOf(stage: string, site: SiteConfig, dryRun: boolean): Target {
  const service = readService(REPOSITORY_ROOT, { stage, env });
  const { uploads, web } = bucketsOf(env);
  if (web === null) throw new RangeError('WEB_BUCKET is not set: the bucket of the pages, {name}-{appId}');
  const timing: Timing = { nowMs: systemClock, sleep: async (ms) => sleep(ms) };
  const cosEndpoint = env['TENCENT_COS_ENDPOINT'];
  const call = pacedAccount(openAccount({ ...access(env), region: service.region, cosEndpoint }), timing);
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  return {
    site: siteOfStage(site, service, uploads),
    send: async (folder) => void (await publishSite({ call, timing, bucket: web, folder, say, dryRun })),
  };
}

async function makePages({ config, out, publishTo, dryRun }: WebRequest): Promise<void> {
  const from = env['INIT_CWD'] ?? process.cwd();
  const given = readSiteConfig(resolve(from, config ?? join(REPOSITORY_ROOT, 'web/site.json')));
  const target = publishTo === null ? null : targetOf(publishTo, given, dryRun);
  const site = target?.site ?? given;
  const into = resolve(from, out ?? join(REPOSITORY_ROOT, 'dist/site'));
  const { folder } = await buildWeb();
  await writeSite(folder, site, into);
  const loads = firstLoads(folder);
  for (const { page, gzipBytes, budgetBytes } of loads) {
    process.stdout.write(
      `${page.padEnd(12)}${(gzipBytes / 1024).toFixed(1).padStart(7)} KB gzip of ${budgetBytes / 1024} KB\n`,
    );
  }
  process.stdout.write(`${into}\n`);
  const problems = budgetProblems(loads);
  if (problems.length > 0) throw new Error(problems.join('\n'));
  await target?.send(into);
}

try {
  await makePages(parseWebArgs(process.argv.slice(2)));
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = 1;
}
