// Compiles web/styles to dist/web/assets/clearsite.css, beside it compressed, so that no request waits for that.
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { compile } from 'sass';

/** @param {string} root the package's folder */
export function buildStyles(root) {
  const entry = join(root, 'web', 'styles', 'clearsite.scss');
  if (!existsSync(entry)) return;
  const { css } = compile(entry, {
    loadPaths: [root],
    style: 'compressed',
    quietDeps: true,
  });
  const folder = join(root, 'dist', 'web', 'assets');
  mkdirSync(folder, { recursive: true });
  const bytes = Buffer.from(css);
  for (const [name, content] of [
    ['clearsite.css', bytes],
    ['clearsite.css.gz', gzipSync(bytes, { level: 9 })],
    ['clearsite.css.br', brotliCompressSync(bytes)],
  ]) {
    const partial = join(folder, `${name}.${process.pid}.tmp`);
    writeFileSync(partial, content);
    renameSync(partial, join(folder, name));
  }
}
