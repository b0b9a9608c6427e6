export { createSarifReader, isSarif, SARIF_LISTS } from './sarif.read.js';
