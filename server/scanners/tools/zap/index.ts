export { type ZapOptions, zapTool } from './zap.plan.js';
export { createZapJsonReader, isZapJson, ZAP_LISTS } from './zap-json.read.js';
export { createZapXmlReader, isZapXml } from './zap-xml.read.js';
