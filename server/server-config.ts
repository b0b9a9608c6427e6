import { type Config, describeConfig, readConfig } from './platform/config/config.js';
import { TOOL_VARIABLES } from './scanners/tools/tool-variables.js';

/** The configuration of this program: the platform's variables and those of the tools. */
export function readServerConfig(env: Readonly<Record<string, string | undefined>>): Config {
  return readConfig(env, TOOL_VARIABLES);
}

export function describeServerConfig(config: Config) {
  return describeConfig(config, TOOL_VARIABLES);
}
