// npm run bench: figures and ratios; see bench/README.md.
import { build, buildTools, install, main, root, run } from './steps.mjs';

await main(async () => {
  await install();
  await build();
  await buildTools();
  await run(process.execPath, [
    '--expose-gc',
    `${root}/dist/tools/bench.js`,
    ...process.argv.slice(2),
  ]);
});
