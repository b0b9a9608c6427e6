// npm test: everything that needs no external server. Arguments go to Vitest.
import { build, buildTools, install, main, say, tool } from './steps.mjs';

await main(async () => {
  await install();
  await build();
  await buildTools();
  say('Testing …');
  await tool('vitest', ['run', ...process.argv.slice(2)]);
});
