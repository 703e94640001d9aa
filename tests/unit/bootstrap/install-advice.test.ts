import { describe, expect, it } from 'vitest';
import { programOnPath } from '../../../scripts/database/find-server.ts';
import { installAdvice } from '../../../scripts/database/install-server.ts';
import { parseDatabaseUrl } from '../../../scripts/database/obtain-database.ts';

describe('installAdvice', () => {
  it.each([
    ['darwin', '', 'brew install mariadb'],
    ['linux', '/usr/bin/dnf', 'sudo dnf install mariadb-server'],
    ['linux', '/usr/bin/apt-get', 'sudo apt-get install mariadb-server'],
    ['linux', '/usr/bin/pacman', 'sudo pacman -S mariadb'],
    ['linux', '', 'your package manager to install mariadb-server'],
  ])('on %s with "%s" it is one line with the command that fits', (platform, tool, command) => {
    const advice = installAdvice(platform, (path) => path === tool);
    expect(advice).toContain(`\`${command}\``);
    expect(advice).toContain('DATABASE_URL');
    expect(advice).not.toContain('\n');
  });
});

describe('programOnPath', () => {
  it('finds a program by its folder, prefers the first name, and never looks relative to where the user stands', () => {
    expect(programOnPath(['no-such-program', 'sh'], '.:relative:/bin')).toBe('/bin/sh');
    expect(programOnPath(['no-such-program'], '/bin')).toBeUndefined();
  });
});

describe('parseDatabaseUrl', () => {
  it('reads user, password, host, port and database, decoded', () => {
    expect(parseDatabaseUrl('mysql://app:p%40ss@db.internal:3307/yiying')).toEqual({
      host: 'db.internal',
      port: 3307,
      user: 'app',
      password: 'p@ss',
      database: 'yiying',
    });
    expect(parseDatabaseUrl('mariadb://root@[::1]/yiying')).toMatchObject({ host: '::1', port: 3306, password: '' });
  });

  it.each(['', 'db.internal', 'postgres://a:secret@h/d', 'mysql://a:secret@h', 'mysql://a:secret@h/'])(
    'refuses %j by the name of the key, without repeating what may be a password',
    (url) => {
      expect(() => parseDatabaseUrl(url)).toThrow(/^DATABASE_URL: (?!.*secret)/);
    },
  );
});
