import { test } from '@jest/globals';
import { startFullProgramme } from './a-full-programme';
test('world', async () => {
  console.time('w');
  const w = await startFullProgramme();
  console.timeEnd('w');
  console.log(w.things);
  await w.stop();
});
