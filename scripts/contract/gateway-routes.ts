import { stringify } from 'yaml';
import type { Operation } from '../../shared/contract/operation.ts';

const HEAD = `# Generated from the contract (npm run openapi). Routes for a TSE cloud-native gateway (Kong 3, declarative form), for whoever puts one
# in front of the functions: https://cloud.tencent.com/document/product/1364. The gateway only chooses: signing in, limits and CORS stay in
# the functions. Set the host below to the API's custom domain.
`;

/** One route an operation: its exact path, its method, and OPTIONS, which each function answers itself. */
export function gatewayRoutes(operations: readonly Operation[]): string {
  const routes = operations.map(({ name, path, method, caller }) => ({
    name,
    // A path that begins with a tilde is a regular expression: without it Kong would serve everything below it too.
    paths: [`~${path.replaceAll('.', '\\.')}$`],
    methods: caller === 'callback' ? [method] : [method, 'OPTIONS'],
    protocols: ['https'],
    strip_path: false,
    preserve_host: false,
  }));
  const service = {
    name: 'yiying',
    url: 'https://api.example.com',
    // The longest answer of a function behind a path takes 30 s.
    connect_timeout: 5000,
    read_timeout: 35_000,
    // A payment that was created must not be created again by a gateway that lost the answer.
    retries: 0,
    routes,
  };
  return HEAD + stringify({ _format_version: '3.0', services: [service] }, { lineWidth: 140 });
}
