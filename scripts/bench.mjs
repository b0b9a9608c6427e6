// npm run bench: figures and ratios; see bench/README.md.
import { build, install, main, root, run } from './steps.mjs';

await main(async () => {
  await install();
  await build();
  await run(process.execPath, [
    '--expose-gc',
    `${root}/dist/bench/bench.js`,
    ...process.argv.slice(2),
  ]);
});
