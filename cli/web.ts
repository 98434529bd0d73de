import { type Command } from 'commander';
import { once } from 'node:events';
import { sessionOf } from '../app/access/sessions';
import { openServices } from '../app/services';
import { DEFAULT_PORT, loadConfig } from '../platform/config';
import { keepMemoryLow } from '../platform/lean-memory';
import { makeLogger } from '../platform/logging';
import { makeServer } from '../web/server';
import { type Site } from '../web/site';
import { action } from './command';

export function configure(command: Command): void {
  action<{ host: string }>(
    command
      .option(
        '--host <address>',
        'address to listen on; loopback unless something in front of it checks who comes',
        '127.0.0.1',
      )
      .addHelpText(
        'after',
        '\nListens on PORT (else 3000). Serves the pages for people, and /healthz and /readyz for whoever watches.\n\nExample:\n  PORT=8080 clearsite web',
      ),
    async (io, { host }) => {
      keepMemoryLow();
      const config = loadConfig();
      const services = openServices(config);
      const logger = makeLogger('web');
      const site: Site = {
        services,
        now: () => new Date(),
        recognise: (token, now) => sessionOf(services, token, now.toISOString()),
      };
      const server = await makeServer(site, { log: (error) => logger.error({ err: error }, 'a request failed') });
      const address = await server.listen({ host, port: config.port ?? DEFAULT_PORT });
      io.note(`Listening on ${address}. Ctrl-C stops it.`);
      process.send?.('ready');
      const ended = new AbortController();
      await Promise.race([
        once(process, 'SIGINT', ended),
        once(process, 'SIGTERM', ended),
        // Our "clearsite up" is gone, however it went.
        ...(process.send === undefined ? [] : [once(process, 'disconnect', ended)]),
      ]);
      ended.abort();
      if (process.connected) process.disconnect();
      await server.close();
      await services.close();
    },
  );
}
