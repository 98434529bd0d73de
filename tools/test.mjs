// All checks and all tests, from a bare checkout: packages, build, types, lint, format, then every test against the real servers.
// Ends with a plain line `N passed, N failed`. Arguments go to jest: npm test -- test/domain
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prepare, root, run } from './install.mjs';

prepare();

const bin = (name) => join(root, 'node_modules', name);
const checks = [
  ['Types', [bin('typescript/bin/tsc'), '--noEmit', '-p', '.']],
  ['Lint', [bin('eslint/bin/eslint.js'), '.', '--max-warnings', '0']],
  ['Format', [bin('prettier/bin/prettier.cjs'), '--check', '--log-level', 'warn', '.']],
];
const broken = checks.filter(([name, args]) => {
  console.log(`${name} …`);
  return run(process.execPath, args) !== 0;
});

// The tests of the pages fail without a browser; said here, it is not lost among thousands of lines.
const { chromiumPath } = await import('./chromium.mjs');
let noBrowser = '';
try {
  chromiumPath();
} catch (error) {
  noBrowser = error.message;
  console.error(noBrowser);
}

console.log('Tests, against a real PostgreSQL, a real Temporal server and a real SMTP server …');
// Without arguments everything is tested, and no test shall wait for a server that is still being built.
if (process.argv.length === 2) run(process.execPath, [join(root, 'tools', 'temporal-server.mjs')]);
const folder = mkdtempSync(join(tmpdir(), 'clearsite-test-'));
const counts = join(folder, 'counts.json');
const code = run(
  process.execPath,
  [
    bin('jest/bin/jest.js'),
    '--reporters=default',
    // A test whose set-up failed may leave a connection open: the run ends all the same, and says what failed.
    '--forceExit',
    `--reporters=${join(root, 'tools', 'counts-reporter.cjs')}`,
    ...process.argv.slice(2),
  ],
  { env: { ...process.env, CLEARSITE_TEST_COUNTS: counts } },
);
let result = { passed: 0, failed: 1, skipped: 0 };
try {
  result = JSON.parse(readFileSync(counts, 'utf8'));
} catch {
  console.error('The test runner ended before it had counted its tests.');
}
rmSync(folder, { recursive: true, force: true });

if (noBrowser !== '') console.error(noBrowser);
for (const [name] of broken) console.error(`${name}: failed, see above.`);
// Each check counts as one test.
const passed = result.passed + checks.length - broken.length;
const failed = result.failed + broken.length;
console.log(`${passed} passed, ${failed} failed${result.skipped > 0 ? `, ${result.skipped} skipped` : ''}`);
process.exitCode = failed > 0 || code !== 0 || result.passed === 0 ? 1 : 0;
