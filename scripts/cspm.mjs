// npm run -s cspm -- …: the command line installs and builds first where needed.
import { join } from 'node:path';
import { build, install, main, root } from './steps.mjs';

await main(async () => {
  await install();
  await build();
  process.argv[1] = join(root, 'dist/server/cspm.js');
  await import('../dist/server/cspm.js');
});
