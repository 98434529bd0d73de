// Makes a checkout ready to run: packages when they are missing or older than the lock file, then the build. Plain Node, no packages.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Runs a program to its end, its output shown. @returns its exit code */
export function run(program, args, options = {}) {
  const { status, error } = spawnSync(program, args, { cwd: root, stdio: 'inherit', ...options });
  if (error) console.error(`${program}: ${error.message}`);
  return status ?? 1;
}

function orStop(code, what) {
  if (code === 0) return;
  console.error(`${what} failed with exit code ${code}; see above.`);
  process.exit(code);
}

function nodeIsNewEnough() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  return major > 20 || (major === 20 && minor >= 19);
}

/** npm writes this file at the end of every install. */
function packagesAreCurrent() {
  const installed = join(root, 'node_modules', '.package-lock.json');
  return existsSync(installed) && statSync(installed).mtimeMs >= statSync(join(root, 'package-lock.json')).mtimeMs;
}

/** Installs and builds what is missing or out of date, saying so; ends the process where that fails. */
export function prepare() {
  if (!nodeIsNewEnough()) {
    const { engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    console.error(`Node.js ${process.versions.node} is too old: clearsite needs ${engines.node}.`);
    process.exit(2);
  }
  if (packagesAreCurrent()) {
    console.log('Packages are installed. Building …');
    orStop(run(process.execPath, [join('tools', 'build.mjs')]), 'The build');
    return;
  }
  console.log('Installing packages (npm ci, about a minute) and building …');
  // npm ci runs the build too, as its `prepare` script.
  orStop(run('npm', ['ci', '--no-audit', '--no-fund'], { shell: process.platform === 'win32' }), 'npm ci');
}
