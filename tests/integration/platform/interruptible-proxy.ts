import { connect, createServer, type NetConnectOpts, type Socket } from 'node:net';

/** A TCP proxy in front of a database, which can fail as networks and servers do. */
export interface InterruptibleProxy {
  readonly port: number;
  /** Connections made so far. */
  readonly accepted: () => number;
  /** Nothing passes any more in either direction, and nobody is told: a half-open connection. */
  readonly goSilent: () => void;
  readonly cutAll: () => void;
  /** Cuts as soon as this many further bytes have come from the client; they still reach the server. */
  readonly cutAfterNextQuery: () => void;
  readonly refuseNew: (refuse: boolean) => void;
  readonly close: () => Promise<void>;
}

export async function startProxy(target: NetConnectOpts): Promise<InterruptibleProxy> {
  const sockets = new Set<Socket>();
  let accepted = 0;
  let silent = false;
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
    // What was silenced stays silent; connections made later work.
    let mute = false;
    const pass = (to: Socket) => (data: Buffer) => {
      mute ||= silent;
      if (!mute) to.write(data);
    };
    upstream.on('data', pass(client));
    client.on('data', (data) => {
      pass(upstream)(data);
      if (!cutOnData) return;
      cutOnData = false;
      setTimeout(cutAll, 30);
    });
    client.on('connect', () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    accepted: () => accepted,
    goSilent: () => {
      silent = true;
      setTimeout(() => {
        silent = false;
      }, 500);
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
