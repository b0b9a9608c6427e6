// npm start: install, build, run.
import { join } from 'node:path';
import { build, install, main, root } from './steps.mjs';

await main(async () => {
  await install();
  await build();
  process.argv.splice(1, process.argv.length, join(root, 'dist/server/cspm.js'), 'serve');
  await import('../dist/server/cspm.js');
});
