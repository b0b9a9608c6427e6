// npm run check: types, lint and format.
import { install, main, say, tool } from './steps.mjs';

await main(async () => {
  await install();
  say('Types …');
  await tool('tsc', ['-p', 'tsconfig.json', '--noEmit']);
  await tool('tsc', ['-p', 'tsconfig.web.json', '--noEmit']);
  say('Lint and format …');
  await tool('biome', ['check', '--error-on-warnings']);
});
