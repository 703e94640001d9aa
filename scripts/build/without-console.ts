/** What stands for the console in a file of others: `console.log.bind(console)` and the like still find something that may be called. */
const QUIET = 'quietConsole';
const METHODS = [
  'log',
  'info',
  'warn',
  'error',
  'debug',
  'trace',
  'dir',
  'assert',
  'time',
  'timeEnd',
  'group',
  'groupEnd',
];

/** In front of the file. */
export const QUIET_CONSOLE = `var ${QUIET}={};${JSON.stringify(METHODS)}.forEach(function(name){${QUIET}[name]=function(){}});`;

/**
 * Of esbuild: for engines that print by themselves. `drop` alone makes of `var out = console.log.bind(console)` something that cannot be called.
 */
export const WITHOUT_CONSOLE = { define: { console: QUIET }, drop: ['debugger' as const] };
