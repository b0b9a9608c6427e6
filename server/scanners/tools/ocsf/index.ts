export { createForeignOcsfReader, isForeignOcsf } from './ocsf.read.js';
