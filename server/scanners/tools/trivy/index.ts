export { type TrivyOptions, trivyTool } from './trivy.plan.js';
export { createTrivyReader, isTrivyJson, TRIVY_LISTS } from './trivy.read.js';
export { trivyCovers } from './trivy-coverage.js';
export { readTrivyVersion, trivyVersionRun } from './trivy-version.js';
