import { resolveCname } from 'node:dns/promises';
import { codeOf } from '../../infra/deploy/paced-call.ts';

/** Names that a CNAME of the domain leads to; none where the name server says that there is no such record. @throws when it says nothing */
export async function cnamesOf(
  domain: string,
  resolve: (domain: string) => Promise<readonly string[]> = resolveCname,
): Promise<readonly string[]> {
  try {
    return await resolve(domain);
  } catch (error) {
    if (['ENODATA', 'ENOTFOUND'].includes(codeOf(error))) return [];
    throw error;
  }
}
