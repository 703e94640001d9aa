import type { Service } from '../../infra/serverless/service.ts';
import type { SiteConfig } from './site-config.ts';

/** Pages in a bucket share an origin with nothing: what the site's file leaves empty is the stage's own API and bucket. */
export const siteOfStage = (
  site: SiteConfig,
  { customDomain, region }: Pick<Service, 'customDomain' | 'region'>,
  uploads: string,
): SiteConfig => ({
  ...site,
  apiOrigin: site.apiOrigin || (customDomain ? `https://${customDomain.domain}` : ''),
  objectsOrigin: site.objectsOrigin || `https://${uploads}.cos.${region}.myqcloud.com`,
});
