// @ts-nocheck: a peer as its users write it; its packages bring no types
// The peer: what a team that knows Express would write for the same two operations. Express, knex's query builder,
// jsonwebtoken with a string secret, a pool of connections, one process for each core; the account row is locked from the
// first of six round trips to the last. Plain JavaScript, started without a bundle, as such services are.
// Environment: DB_SOCKET, DB_NAME, TOKEN_SECRET, WORKERS (0: one process), LOAD_ONLY (ends when it would listen).
// Sends { port } to its parent.
const cluster = require('node:cluster');
const workers = Number(process.env.WORKERS || 0);

if (workers > 0 && cluster.isPrimary) {
  let listening = 0;
  cluster.on('listening', (_worker, { port }) => {
    listening += 1;
    if (listening === workers) process.send?.({ port });
  });
  for (let i = 0; i < workers; i += 1) cluster.fork();
  const end = () => {
    for (const worker of Object.values(cluster.workers)) worker.process.kill();
    process.exit(0);
  };
  process.on('SIGTERM', end);
  process.on('disconnect', end);
} else {
  serve();
}

function serve() {
  const { randomBytes } = require('node:crypto');
  const express = require('express');
  const jwt = require('jsonwebtoken');
  const knex = require('knex')({
    client: 'mysql2',
    connection: { socketPath: process.env.DB_SOCKET, user: 'root', database: process.env.DB_NAME || 'peer' },
    pool: { min: 2, max: workers > 0 ? 16 : 32 },
  });
  const secret = process.env.TOKEN_SECRET;
  const idPrefix = randomBytes(6).toString('hex');
  let ids = 0;
  const newTaskId = () => idPrefix + (ids++).toString(36).padStart(14, '0');

  const app = express();
  app.disable('x-powered-by');
  app.use(express.json());

  function signedIn(request, response, next) {
    try {
      const token = (request.headers.authorization || '').slice('Bearer '.length);
      request.user = jwt.verify(token, secret, { algorithms: ['HS256'] });
      next();
    } catch {
      response.status(401).json({ error: 'unauthorized' });
    }
  }

  app.post('/tasks', signedIn, async (request, response) => {
    try {
      const { type, cost, input } = request.body;
      if (typeof type !== 'string' || !Number.isInteger(cost) || cost < 1 || typeof input !== 'string') {
        response.status(400).json({ error: 'bad request' });
        return;
      }
      const userId = Number(request.user.sub);
      const taskId = newTaskId();
      const now = Date.now();
      await knex.transaction(async (transaction) => {
        const account = await transaction('account').where({ id: userId }).forUpdate().first();
        if (!account || account.remaining < cost) throw Object.assign(new Error('quota'), { status: 402 });
        const after = { remaining: account.remaining - cost, used: account.used + cost };
        await transaction('account').where({ id: userId }).update(after);
        const task = { id: taskId, user_id: userId, type, status: 0, cost, input, created_at: now };
        await transaction('task').insert(task);
        await transaction('ledger').insert({ user_id: userId, delta: -cost, kind: 1, ref: taskId, created_at: now });
      });
      response.status(201).json({ taskId, status: 'pending' });
    } catch (error) {
      response.status(error.status || 500).json({ error: error.message });
    }
  });

  app.get('/quota', signedIn, async (request, response) => {
    const account = await knex('account')
      .where({ id: Number(request.user.sub) })
      .first();
    response.json({ remaining: account.remaining, used: account.used });
  });

  if (process.env.LOAD_ONLY) return;
  const server = app.listen(0, '127.0.0.1', () => {
    if (workers === 0) process.send?.({ port: server.address().port });
  });
}
