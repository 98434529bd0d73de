// A home in which clearsite is up, and its commands as a person types them: for the demonstration and for its pictures.
import { spawn, spawnSync } from 'node:child_process';
import { createWriteStream, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { root } from './install.mjs';

const clearsite = join(root, 'bin', 'clearsite.js');

export const bold = (text) => (process.stdout.isTTY ? `\u001b[1m${text}\u001b[22m` : text);
const indent = (text) =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => `   ${line}`)
    .join('\n');

export function fail(message) {
  throw new Error(message);
}

/** Runs a command of the command line. @returns what it printed */
function run(env, args, expected) {
  const result = spawnSync(process.execPath, [clearsite, ...args], {
    env,
    // So that the commands read as a person types them, next to the files.
    cwd: env.CLEARSITE_HOME,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (result.error) throw result.error;
  if (!expected.includes(result.status)) {
    fail(
      `clearsite ${args.join(' ')} ended with ${result.status}, not ${expected.join(' or ')}:\n${result.stdout}${result.stderr}`,
    );
  }
  return result;
}

/** A home, its services and its commands. */
export class Stage {
  constructor(home) {
    this.home = home;
    const { DATABASE_URL, TEMPORAL_ADDRESS, SMTP_URL, CLEARSITE_ACTOR, ...env } = process.env;
    this.env = { ...env, CLEARSITE_HOME: home, MAIL_FROM: 'programme@programme.example' };
  }

  async start() {
    const log = createWriteStream(join(this.home, 'up.log'));
    this.up = spawn(process.execPath, [clearsite, 'up', '--json'], {
      env: this.env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.ended = new Promise((resolve) => this.up.once('exit', resolve));
    this.up.stderr.on('data', (text) => {
      log.write(text);
      if (!this.isUp) process.stdout.write(String(text).replace(/^(?=.)/gm, '   '));
    });
    const up = new Promise((resolve) => this.up.stdout.once('data', resolve));
    const code = await Promise.race([up.then(() => null), this.ended]);
    if (code !== null) fail(`"clearsite up" ended with ${code}; its log is ${join(this.home, 'up.log')}`);
    this.isUp = true;
  }

  async stop() {
    if (this.up === undefined || this.up.exitCode !== null) return;
    this.up.kill('SIGINT');
    await this.ended;
  }

  /** Shows a command as typed, and of its answer the first lines, or those that match. */
  show(args, { actor, expected = [0], lines = 12, matching = null } = {}) {
    console.log(
      `   ${bold(`${actor ? `CLEARSITE_ACTOR=${actor} ` : ''}clearsite ${args.map((arg) => (/\s/.test(arg) ? `"${arg}"` : arg)).join(' ')}`)}`,
    );
    const { stdout, stderr, status } = run(
      { ...this.env, ...(actor ? { CLEARSITE_ACTOR: actor } : {}) },
      args,
      expected,
    );
    // What a person sees of a refusal is on the error output.
    const answer = (status === 0 ? stdout : `${stdout}${stderr}`).trimEnd().split('\n');
    const shown = answer.filter((line) => matching === null || matching.test(line)).slice(0, lines);
    if (shown.length === 0) fail(`clearsite ${args.join(' ')} does not say ${matching}:\n${stdout}`);
    console.log(indent(shown.map((line) => line.slice(0, 150)).join('\n')));
  }

  /** The same command's answer as a document. */
  ask(args, { actor, expected = [0] } = {}) {
    const { stdout } = run(
      { ...this.env, ...(actor ? { CLEARSITE_ACTOR: actor } : {}) },
      [...args, '--json'],
      expected,
    );
    return JSON.parse(stdout);
  }

  /** Waits for a condition. */
  async until(what, check, seconds = 120) {
    for (const end = Date.now() + seconds * 1000; Date.now() < end; await wait(500)) {
      const found = await check();
      if (found) return found;
    }
    return fail(`Waited ${seconds} seconds for ${what}.`);
  }
}

/** The e-mails kept so far, oldest first. */
export function mails(home) {
  const folder = join(home, 'mail');
  return existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => name.endsWith('.eml'))
        .sort()
        .map((name) => join(folder, name))
    : [];
}
