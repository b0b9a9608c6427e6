import { argv } from 'node:process';
import { DockerRunner } from '../docker-runner.js';
import { NativeRunner } from '../native-runner.js';
import { aRun } from './run-builder.js';

// A platform that is killed during a run; bundled and started by killed-platform.ts.
const [kind, options = '{}'] = argv.slice(2);
const runner =
  kind === 'docker' ? new DockerRunner(JSON.parse(options)) : new NativeRunner(JSON.parse(options));
const secret = { name: 'key', content: 'left-behind', secret: true };
await runner.run(aRun(['stubborn', '{output}'], { files: [secret] }), {
  runId: 'killed',
  signal: new AbortController().signal,
  onLine: (line) => process.stdout.write(`${line}\n`),
});
