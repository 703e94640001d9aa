import * as z from 'zod/mini';
import type { Operation } from '../contract/operation.ts';
import { ApiError } from './api-error.ts';
import { duplicateField, fieldProblems } from './field-problems.ts';
import { structureProblem } from './json-structure.ts';
import type { HttpRequest } from './scf-event.ts';

type Reads = Pick<Operation, 'method' | 'reply' | 'maxBodyBytes'>;

/** Size and kind of the body: checked before anyone looks at who is calling. */
export function checkBody(request: HttpRequest, operation: Reads): void {
  if (request.bodyProblem === 'too_large' || request.rawBody.length > operation.maxBodyBytes) {
    throw new ApiError('BODY_TOO_LARGE');
  }
  if (request.bodyProblem !== null) throw new ApiError('BAD_REQUEST');
  if (operation.method === 'POST' && request.rawBody.length > 0 && bodyKind(request, operation) === null) {
    throw new ApiError('UNSUPPORTED_MEDIA_TYPE');
  }
}

/**
 * The operation's input: the query of a GET, the JSON body of a POST ({} when empty). Of a raw operation it is always {}: whose bytes
 * they are is proved by a signature over them, and nothing of them is read before.
 * @throws ApiError BAD_REQUEST for what is no JSON, VALIDATION_FAILED with every field and the rule it breaks
 */
export function readInput<I extends z.ZodMiniType>(request: HttpRequest, operation: Reads & { input: I }): z.output<I> {
  const given = operation.method === 'GET' ? readQuery(request) : readBody(request, operation);
  const parsed = z.safeParse(operation.input, given, { reportInput: true });
  if (parsed.success) return parsed.data;
  throw new ApiError('VALIDATION_FAILED', { fields: fieldProblems(parsed.error.issues) });
}

function bodyKind(request: HttpRequest, operation: Reads): 'json' | 'form' | null {
  const type = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (type === 'application/json') return 'json';
  return type === 'application/x-www-form-urlencoded' && operation.reply === 'raw' ? 'form' : null;
}

function readQuery(request: HttpRequest): Record<string, string> {
  const repeated = [...request.repeatedQuery];
  if (repeated.length > 0) throw new ApiError('VALIDATION_FAILED', { fields: repeated.map(duplicateField) });
  return { ...request.query };
}

function readBody(request: HttpRequest, operation: Reads): unknown {
  if (request.rawBody.length === 0 || operation.reply === 'raw') return {};
  return readJson(decode(request.rawBody));
}

/** Keeps nothing between two whole texts. */
const UTF8 = new TextDecoder('utf-8', { fatal: true });

function decode(bytes: Buffer): string {
  try {
    return UTF8.decode(bytes);
  } catch (cause) {
    throw new ApiError('BAD_REQUEST', { cause });
  }
}

function readJson(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // No cause: the parser's message quotes the body.
    throw new ApiError('BAD_REQUEST');
  }
  const problem = structureProblem(text);
  if (problem?.kind === 'duplicate')
    throw new ApiError('VALIDATION_FAILED', { fields: [duplicateField(problem.path)] });
  if (problem !== null) throw new ApiError('BAD_REQUEST');
  return value;
}
