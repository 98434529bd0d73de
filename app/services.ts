import { type Client } from '@temporalio/client';
import { type Pool } from 'pg';
import { type Config } from '../platform/config';
import { openRegister, openTemporal } from '../platform/connections';

/** What application services work with. Connections open on first use, so that a command pays only for what it needs. */
export interface Services {
  readonly config: Config;
  /** @throws Failure (exit 3) where the register is not there */
  register(): Promise<Pool>;
  /** @throws Failure (exit 3) where Temporal is not there */
  temporal(): Promise<Client>;
  close(): Promise<void>;
}

/** What is made at the first use and kept. What could not be made is tried again: a server outlives a service's absence. */
function once<T>(make: () => Promise<T>): { readonly get: () => Promise<T>; readonly made: () => Promise<T> | null } {
  let value: Promise<T> | null = null;
  const attempt = (): Promise<T> => {
    const made = make();
    made.catch(() => {
      value = null;
    });
    return made;
  };
  return { get: () => (value ??= attempt()), made: () => value };
}

export function openServices(config: Config): Services {
  const register = once(() => openRegister(config));
  const temporal = once(() => openTemporal(config));
  return {
    config,
    register: register.get,
    temporal: temporal.get,
    async close() {
      const ignore = (): null => null;
      await (await register.made()?.catch(ignore))?.end();
      await (await temporal.made()?.catch(ignore))?.connection.close();
    },
  };
}

/** Runs `body` with services and closes them whatever happens. */
export async function withServices<T>(config: Config, body: (services: Services) => Promise<T>): Promise<T> {
  const services = openServices(config);
  try {
    return await body(services);
  } finally {
    await services.close();
  }
}
