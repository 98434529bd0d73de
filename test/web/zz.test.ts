import { test } from '@jest/globals';
import { startFullProgramme } from './a-full-programme';
import { routesOf } from '../support/routes';
test('world', async () => {
  console.time('w');
  const w = await startFullProgramme();
  console.timeEnd('w');
  console.error(w.things);
  console.log(
    routesOf(w.web.server)
      .filter((r) => r.method !== 'HEAD')
      .map((r) => r.method + ' ' + r.path)
      .join('\n'),
  );
  await w.stop();
}, 90_000);
