// npm run bench:mapping: precision, recall and F1 of the mapping; see bench/README.md.
import { build, buildTools, install, main, root, run } from './steps.mjs';

await main(async () => {
  await install();
  await build();
  await buildTools();
  await run(process.execPath, [`${root}/dist/tools/mapping.bench.js`, ...process.argv.slice(2)]);
});
