export { createNucleiReader, isNucleiMatch } from './nuclei.read.js';
