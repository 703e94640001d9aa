import { connect, createServer, type NetConnectOpts, type Socket } from 'node:net';

/** A TCP proxy in front of a database, which can fail as networks and servers do. */
export interface InterruptibleProxy {
  readonly port: number;
  /** Connections made so far. */
  readonly accepted: () => number;
  /** Nothing passes any more over the connections of this moment, and nobody is told: half-open. Later ones work. */
  readonly goSilent: () => void;
  readonly cutAll: () => void;
  /** Cuts shortly after the next bytes have come from the client; they still reach the server. */
  readonly cutAfterNextQuery: () => void;
  readonly refuseNew: (refuse: boolean) => void;
  readonly close: () => Promise<void>;
}

export async function startProxy(target: NetConnectOpts): Promise<InterruptibleProxy> {
  const sockets = new Set<Socket>();
  let accepted = 0;
  const silenced = new WeakSet<Socket>();
  let refusing = false;
  let cutOnData = false;
  const cutAll = () => {
    for (const socket of sockets) socket.destroy();
  };
  const server = createServer((client) => {
    if (refusing) return void client.destroy();
    accepted++;
    const upstream = connect(target);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        (socket === client ? upstream : client).destroy();
      });
    }
    const pass = (to: Socket) => (data: Buffer) => {
      if (!silenced.has(to)) to.write(data);
    };
    upstream.on('data', pass(client));
    client.on('data', (data) => {
      pass(upstream)(data);
      if (!cutOnData) return;
      cutOnData = false;
      setTimeout(cutAll, 30);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    accepted: () => accepted,
    goSilent: () => {
      for (const socket of sockets) silenced.add(socket);
    },
    cutAll,
    cutAfterNextQuery: () => {
      cutOnData = true;
    },
    refuseNew: (refuse) => {
      refusing = refuse;
    },
    close: () =>
      new Promise((resolve) => {
        cutAll();
        server.close(() => resolve());
      }),
  };
}
