// npm run build: install, and build everything from nothing.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { build, buildTools, install, main, root } from './steps.mjs';

await main(async () => {
  await install();
  rmSync(join(root, 'dist'), { recursive: true, force: true });
  await build({ force: true });
  await buildTools({ force: true });
});
