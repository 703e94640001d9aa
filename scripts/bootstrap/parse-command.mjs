const oldestNode = /** @type {const} */ ([20, 19]);

/** Commands that are another one with arguments. */
const shortcuts = new Map([['test:unit', ['test', '--only', 'unit']]]);

/**
 * @param {readonly string[]} args what follows `bootstrap.mjs`
 * @param {readonly string[]} known folders of scripts/ that hold a main.ts
 * @returns {{ script: string, args: string[] } | { refusal: string }} the script, from the repository's root
 */
export function parseCommand(args, known) {
  const [name = '', ...rest] = args;
  const [folder = '', ...preset] = shortcuts.get(name) ?? [name];
  if (known.includes(folder)) return { script: `scripts/${folder}/main.ts`, args: [...preset, ...rest] };
  const short = [...shortcuts].filter(([, [target = '']]) => known.includes(target)).map(([key]) => key);
  const problem = name === '' ? 'which command?' : `no command "${name}":`;
  return { refusal: `${problem} node scripts/bootstrap.mjs ${[...known, ...short].sort().join('|')} [arguments]` };
}

/**
 * @param {string} nodeVersion as in process.versions.node
 * @param {string} platform as in process.platform
 * @returns {string | undefined} one line that says what to do
 */
export function unsupportedReason(nodeVersion, platform) {
  const [major = 0, minor = 0] = nodeVersion.split('.').map(Number);
  if (major < oldestNode[0] || (major === oldestNode[0] && minor < oldestNode[1])) {
    return `This is Node ${nodeVersion}; Node ${oldestNode.join('.')} or newer is needed (https://nodejs.org).`;
  }
  if (platform !== 'linux' && platform !== 'darwin') {
    return `This runs on Linux and macOS, not on ${platform}; on Windows use WSL 2.`;
  }
  return undefined;
}
