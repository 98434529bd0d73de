// Sees that there is a Temporal server to run, before anything waits for one: where it has to be built from source that takes minutes.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { root } from './install.mjs';

const { findTemporal } = createRequire(import.meta.url)(
  join(root, 'dist', 'platform', 'embedded', 'temporal', 'routes.js'),
);
await findTemporal(null, { environment: process.env, log: (line) => console.log(line), signal: undefined });
