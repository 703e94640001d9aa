import { unzipSync } from 'fflate';
import { PLATFORM_LIMITS } from '../../../infra/serverless/platform-limits.ts';
import { ApiRefusal } from '../tencent-api/api-refusal.ts';
import { type Payload, type ScfState, text } from './scf-state.ts';

export const RUNTIMES = ['Nodejs16.13', 'Nodejs18.15', 'Nodejs20.19'];

const refuse = (code: string, message: string): never => {
  throw new ApiRefusal(code, message);
};

/** The zip that a request carries or points to. Its archive must open and hold the handler's file at its root. */
export function readCode(state: ScfState, code: Payload, handler: string, mostBytes: number): Buffer {
  const zip = readZip(state, code, mostBytes);
  const file = `${handler.split('.')[0]}.js`;
  if (!openZip(zip).names.includes(file))
    refuse('InvalidParameterValue.Code', `The code holds no ${file} at its root.`);
  return zip;
}

export const readZip = (state: ScfState, code: Payload, mostBytes: number): Buffer =>
  typeof code['ZipFile'] === 'string' ? decode(code['ZipFile'], mostBytes) : fromCos(state, code);

/** @throws ApiRefusal for what is no archive, or one that is too large unpacked */
export function openZip(zip: Buffer): { names: string[]; unpackedBytes: number } {
  const names: string[] = [];
  let unpackedBytes = 0;
  try {
    unzipSync(zip, {
      filter: ({ name, originalSize }) => {
        names.push(name);
        unpackedBytes += originalSize;
        return false;
      },
    });
  } catch {
    refuse('InvalidParameterValue.ZipFile', 'The code is no zip.');
  }
  if (unpackedBytes > PLATFORM_LIMITS.unpackedBytes) refuse('LimitExceeded.Code', 'The code is over 500 MB unpacked.');
  return { names, unpackedBytes };
}

function decode(base64: string, mostBytes: number): Buffer {
  const zip = Buffer.from(base64, 'base64');
  if (base64.length > mostBytes) refuse('LimitExceeded.ZipFile', `ZipFile is over ${mostBytes} bytes.`);
  return zip;
}

function fromCos(state: ScfState, code: Payload): Buffer {
  const [bucket, key] = [text(code, 'CosBucketName'), text(code, 'CosObjectName')];
  if (bucket === '' || key === '')
    return refuse('InvalidParameterValue.Code', 'The code is neither in ZipFile nor in COS.');
  if (/-\d{10}$/.test(bucket))
    return refuse('InvalidParameterValue.CosBucketName', 'CosBucketName is without the AppId.');
  const region = text(code, 'CosBucketRegion', state.region);
  const zip = region === state.region ? state.readObject(bucket, key.replace(/^\//, '')) : null;
  return zip ?? refuse('InvalidParameterValue.CosObjectName', `The object ${bucket}${key} does not exist.`);
}
