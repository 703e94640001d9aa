import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { OPERATIONS } from '../../shared/contract/operations.ts';
import { gatewayRoutes } from './gateway-routes.ts';
import { openApiDocument } from './openapi-document.ts';

const fromHere = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export const OPENAPI_FILE = fromHere('../../docs/api/openapi.json');

/** The text of docs/api/openapi.json as the contract says it now. */
export function openApiText(): string {
  const { version } = JSON.parse(readFileSync(fromHere('../../package.json'), 'utf8')) as { version: string };
  return `${JSON.stringify(openApiDocument(OPERATIONS, version), null, 2)}\n`;
}

export const GATEWAY_FILE = fromHere('../../infra/gateway/kong.yaml');

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(OPENAPI_FILE, openApiText());
  writeFileSync(GATEWAY_FILE, gatewayRoutes(OPERATIONS));
}
