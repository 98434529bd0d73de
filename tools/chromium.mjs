// Where a Chromium of this machine is, for the tests of the pages and for their pictures.
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

const MISSING =
  'No Chromium was found, and the tests of the pages need a real one. Install it (Debian and Ubuntu: apt-get install chromium; ' +
  'elsewhere: npx playwright-core install chromium), or say in CLEARSITE_CHROMIUM where one is.';

function runs(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The path of a Chromium. @throws Error that says what to install */
export function chromiumPath(environment = process.env) {
  const named = environment.CLEARSITE_CHROMIUM;
  if (named !== undefined && named !== '') {
    if (runs(named)) return named;
    throw new Error(`CLEARSITE_CHROMIUM names ${named}, which is no program that can be run.`);
  }
  const folders = (environment.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  const found = NAMES.flatMap((name) => folders.map((folder) => join(folder, name))).find(runs);
  if (found !== undefined) return found;
  const downloaded = chromium.executablePath();
  if (downloaded !== '' && existsSync(downloaded)) return downloaded;
  throw new Error(MISSING);
}
