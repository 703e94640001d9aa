/** A gateway with its functions in a process of its own. Environment: GATEWAY, and what the functions need. Sends { port }. */
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { type FunctionMain, inProcessGateway } from './in-process-gateway.ts';
import type { ServedFunction } from './start-gateway.ts';

const require = createRequire(import.meta.url);

/** The function's module anew: its own connection, keys and configuration, as in an instance of its own. */
function newInstance(file: string): FunctionMain {
  delete require.cache[require.resolve(file)];
  return (require(file) as { main: FunctionMain }).main;
}

const served = JSON.parse(process.env['GATEWAY'] ?? '[]') as ServedFunction[];
const functions = served.map(
  ({ path, file, instances }) => [path, Array.from({ length: instances }, () => newInstance(file))] as const,
);
const server = inProcessGateway(new Map(functions));
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));
