import { randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import { accessTokensOf } from '../../../shared/auth/access-token.ts';
import { systemClock } from '../../../shared/clock.ts';
import { callSlice } from '../call-slice.ts';
import { checkByHand, tokenKeyOf } from '../peers/hand-token.ts';
import { compareRounds, type Sample } from '../ratios.ts';
import { type BenchRow, type BenchSettings, checksOf, describeSamples, type Reach, type RowResult } from '../row.ts';
import { runRounds } from '../run-rounds.ts';

const jsonwebtoken = createRequire(import.meta.url)('jsonwebtoken') as {
  sign: (claims: object, secret: string, options: object) => string;
  verify: (token: string, secret: string, options: object) => unknown;
};

async function run({ rounds, sliceMs }: BenchSettings): Promise<RowResult[]> {
  const secret = randomBytes(16).toString('hex');
  const theirToken = jsonwebtoken.sign({}, secret, { subject: '5', expiresIn: '1h', algorithm: 'HS256' });
  const byHand = tokenKeyOf(secret);
  const tokens = ourTokens();
  const signed = await (await tokens.signer())({ merchantId: 'mch_1', sessionId: 'ses_1' }, systemClock());
  const samples = await runRounds(
    [
      { name: 'ours', slice: () => callSlice(() => tokens.verify(signed.accessToken, systemClock()), sliceMs) },
      { name: 'by hand', slice: () => callSlice(() => checkByHand(theirToken, byHand, systemClock()), sliceMs) },
      {
        name: 'jsonwebtoken',
        slice: () => callSlice(() => jsonwebtoken.verify(theirToken, secret, { algorithms: ['HS256'] }), sliceMs),
      },
    ],
    rounds,
  );
  return [
    result('hand-written HMAC check', samples.ours, samples['by hand'], {}),
    result('jsonwebtoken, string secret', samples.ours, samples.jsonwebtoken, { wall: 8 }),
  ];
}

function ourTokens() {
  const key = () => randomBytes(32).toString('base64');
  const secret = { codeKey: key(), currentKeyId: 'k1', keys: [{ id: 'k1', key: key() }] };
  return accessTokensOf({ STAGE: 'bench' }, { get: async () => secret, refresh: async () => secret });
}

function result(against: string, ours: Sample[], peer: Sample[], reach: Reach): RowResult {
  const comparison = compareRounds(ours, peer);
  const figures = [describeSamples('ours', ours), describeSamples('peer', peer)];
  const { wall, cpu } = comparison;
  return { row: 'token', against, wall, cpu, checks: checksOf(comparison, reach), figures };
}

export const TOKEN_ROW: BenchRow = { name: 'token', title: 'check of an access token', run };
