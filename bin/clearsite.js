#!/usr/bin/env node
'use strict';
const { existsSync } = require('node:fs');
const { join } = require('node:path');

const main = join(__dirname, '..', 'dist', 'cli', 'main.js');
if (!existsSync(main)) {
  process.stderr.write(
    'clearsite is not built in this checkout yet. Run: npm ci (or, with packages installed, npm run build)\n',
  );
  process.exit(2);
}
require(main).main(process.argv);
