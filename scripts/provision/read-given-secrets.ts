import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import * as z from 'zod/mini';
import { SECRET_FORMS } from '../../infra/provision/secret-forms.ts';
import type { GivenSecrets } from '../../infra/provision/secret-parts.ts';
import type { SecretPurpose } from '../../shared/config/secrets.ts';

/** From files, never from arguments: those stay in a shell's history. @throws RangeError that names purpose and field, never a value */
export function readGivenSecrets(given: readonly string[], folder: string): GivenSecrets {
  return Object.fromEntries(
    given.map((argument) => {
      const [, purpose = '', file = ''] = /^([^=]+)=(.+)$/.exec(argument) ?? [];
      const form = Object.hasOwn(SECRET_FORMS, purpose) ? SECRET_FORMS[purpose as SecretPurpose] : undefined;
      if (!form)
        throw new RangeError(`--secret ${argument}: must be PURPOSE=FILE, of ${Object.keys(SECRET_FORMS).join(', ')}`);
      const document = readJson(purpose, resolve(folder, file));
      const parsed = z.safeParse(form, document);
      if (parsed.success) return [purpose, document];
      const fields = [...new Set(parsed.error.issues.map(({ path }) => path.join('.') || 'document'))];
      throw new RangeError(`--secret ${purpose}: not valid: ${fields.join(', ')}`);
    }),
  );
}

function readJson(purpose: string, file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    // The parser's own message would quote the file.
    const why = error instanceof SyntaxError ? 'is not JSON' : 'cannot be read';
    throw new RangeError(`--secret ${purpose}: ${file} ${why}`, { cause: error });
  }
}
