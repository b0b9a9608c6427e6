export { NMAP_PROFILES, type NmapOptions, nmapTool, SAFE_SCRIPTS } from './nmap.plan.js';
export { createNmapReader, isNmapXml, type NmapFacts } from './nmap.read.js';
export { RISKY_SERVICES } from './risky-services.js';
