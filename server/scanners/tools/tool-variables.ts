import type { ToolVariable } from '../../platform/config/tool-variables.js';
import { PROGRAMS } from './registry.js';

const IMAGE_HELP =
  'image to run in place of the published one: the same program, with its tag or digest';

/** The tools' environment variables: each tool's image, then its others. */
export const TOOL_VARIABLES: readonly ToolVariable[] = PROGRAMS.flatMap(({ scan }) => [
  { ...scan.imageVariable, help: IMAGE_HELP, kind: 'image' as const },
  ...scan.variables,
]);
