import { spawn } from 'node:child_process';

export interface ProgramResult {
  code: number;
  stdout: string;
  /** Both streams, as they came. */
  output: string;
}

/**
 * Runs a program to its end without a shell. Never throws: a missing program is code 127; one that was ended by a signal,
 * by `signal` or after `timeoutMs`, is code 1.
 */
export function runProgram(
  command: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv; input?: string; timeoutMs?: number; signal?: AbortSignal } = {},
): Promise<ProgramResult> {
  const [program = '', ...args] = command;
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      env: options.env ?? process.env,
      stdio: ['pipe', 'pipe', 'pipe'],
      timeout: options.timeoutMs,
      signal: options.signal,
      cwd: options.cwd,
    });
    let stdout = '';
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      output += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    child.on('error', (error) => {
      // An abort is reported here too; the program itself ends a little later.
      if (error.name !== 'AbortError') resolve({ code: 127, stdout, output: `${output}${error.message}` });
    });
    child.on('close', (code) => resolve({ code: code ?? 1, stdout, output }));
    child.stdin.on('error', () => undefined); // the program may end before it has read everything
    child.stdin.end(options.input ?? '');
  });
}

/** The last lines of a program's output, for an error message. */
export function tail(text: string, lines = 12): string {
  return text.trimEnd().split('\n').slice(-lines).join('\n');
}
