import type { Connection } from 'mysql2/promise';
import type { DatabaseSecret } from '../config/secrets.ts';
import { TencentApiError } from '../config/tencent-api.ts';
import { connect } from './connect.ts';
import { DatabaseUnavailable } from './database-unavailable.ts';
import { errnoOf, treatmentOf } from './error-treatment.ts';

/** Where to connect. `refresh`: the last answer was refused, do not use memory. */
export type ReadDatabaseSecret = (how: 'get' | 'refresh') => Promise<DatabaseSecret>;

/** @throws DatabaseUnavailable when the database or the secrets manager is away */
export async function openConnection(readSecret: ReadDatabaseSecret): Promise<Connection> {
  try {
    try {
      return await connect(await readSecret('get'));
    } catch (error) {
      // Rotated while we remembered the old one: ask the manager itself, once.
      if (errnoOf(error) !== 1045) throw error;
      return await connect(await readSecret('refresh'));
    }
  } catch (error) {
    const away = error instanceof TencentApiError || treatmentOf(error) !== 'thrown';
    throw away ? new DatabaseUnavailable('not_sent', error) : error;
  }
}
