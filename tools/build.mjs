// Transpiles every source folder to dist/ (CommonJS, one file to one file) and bundles the workflows once,
// so that a worker starts in milliseconds and a stack trace still names the source line. Types are checked by `npm run check`.
import { build } from 'esbuild';
import { existsSync, mkdirSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildStyles } from './styles.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const folders = [
  'domain',
  'workflows',
  'activities',
  'workers',
  'register',
  'notify',
  'importers',
  'web',
  'cli',
  'app',
  'platform',
  'bench',
];
const sources = folders
  .filter((folder) => existsSync(join(root, folder)))
  .flatMap((folder) => readdirSync(join(root, folder), { recursive: true }).map((file) => join(folder, String(file))))
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'));

await build({
  absWorkingDir: root,
  entryPoints: sources,
  outdir: 'dist',
  outbase: '.',
  format: 'cjs',
  platform: 'node',
  target: 'node20',
  // Commands are loaded lazily by import(): in CommonJS that is a require.
  supported: { 'dynamic-import': false },
  sourcemap: true,
  logLevel: 'warning',
});

buildStyles(root);

const workflows = join(root, 'workflows', 'index.ts');
if (existsSync(workflows)) {
  const { bundleWorkflowCode } = createRequire(import.meta.url)('@temporalio/worker');
  const quiet = { trace() {}, debug() {}, info() {}, warn: console.warn, error: console.error, log() {} };
  const { code } = await bundleWorkflowCode({
    workflowsPath: workflows,
    // What workflows throw is encrypted like everything else.
    failureConverterPath: join(root, 'platform', 'failure-converter.ts'),
    logger: quiet,
  });
  mkdirSync(join(root, 'dist'), { recursive: true });
  const partial = join(root, 'dist', `workflow-bundle.${process.pid}.tmp`);
  writeFileSync(partial, code);
  renameSync(partial, join(root, 'dist', 'workflow-bundle.js'));
}
