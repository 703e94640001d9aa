import { environmentProblems, RESERVED_ENVIRONMENT_PREFIXES } from '../../../infra/serverless/platform-limits.ts';
import type { ServiceFunction } from '../../../infra/serverless/service.ts';
import type { ScfSettings } from './scf.ts';

/** What SCF sets, beside what the function was given. @throws when the function's own part breaks the platform's rules */
export function instanceEnvironment(
  entry: ServiceFunction,
  { service, environmentOf }: Pick<ScfSettings, 'service' | 'environmentOf'>,
): Record<string, string> {
  const given = environmentOf(entry.name);
  const isPlatforms = (key: string) => RESERVED_ENVIRONMENT_PREFIXES.some((prefix) => key.startsWith(prefix));
  const own = Object.fromEntries(Object.entries(given).filter(([key]) => !isPlatforms(key)));
  const problems = environmentProblems(own);
  if (problems.length > 0) throw new Error(`${entry.name}: ${problems.join('; ')}`);
  return {
    SCF_FUNCTIONNAME: entry.name,
    SCF_FUNCTIONVERSION: '$LATEST',
    SCF_NAMESPACE: entry.namespace,
    SCF_RUNTIME: service.runtime,
    TENCENTCLOUD_RUNENV: 'SCF',
    TENCENTCLOUD_REGION: service.region,
    USER_CODE_ROOT: '/var/user/',
    ...given,
  };
}
