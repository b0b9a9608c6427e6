// npm run soak [ATTACK…]: attacks the built product for a long time; see soak/README.md.
import { build, buildTools, install, main, say, tool } from './steps.mjs';

await main(async () => {
  await install();
  await build();
  await buildTools();
  say('Attacking …');
  const config = ['--config', 'vitest.soak.config.ts'];
  await tool('vitest', ['run', ...config, ...process.argv.slice(2)]);
});
