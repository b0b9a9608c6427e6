import { InvalidInputError } from '../../platform/errors.js';
import type { ToolId } from '../runs/tool-run.js';
import { parseImageReference } from '../targets/index.js';
import { PROGRAMS } from '../tools/registry.js';
import type { ToolImage } from '../tools/tool.js';

/**
 * The images that are used unless the operator names others, by tool. A change of one is a change of the
 * program that reads customers' accounts: look at the new version, then run the tools' own suites.
 */
export const TOOL_IMAGES: Readonly<Record<ToolId, ToolImage>> = Object.fromEntries(
  PROGRAMS.map(({ tool, scan }) => [tool.id, scan.image]),
);

/**
 * The images with the operator's in their places (`{ prowler: 'registry.corp.example/prowler:5.46.0' }`),
 * which must start the same program. Throws InvalidInputError for one without tag and digest.
 */
export function toolImages(
  named: Readonly<Partial<Record<ToolId, string>>>,
): Readonly<Record<ToolId, ToolImage>> {
  return Object.fromEntries(
    Object.entries(TOOL_IMAGES).map(([tool, image]) => {
      const reference = named[tool];
      return [tool, reference === undefined ? image : { ...image, ...imageNamed(reference) }];
    }),
  );
}

function imageNamed(text: string): Pick<ToolImage, 'reference' | 'version'> {
  const { repository, digest } = parseImageReference(text);
  const tag = /:([^/:]+)$/.exec(text.split('@')[0] ?? '')?.[1] ?? null;
  if (digest) return { reference: `${repository}@${digest}`, version: tag };
  if (tag === null) {
    throw new InvalidInputError(`the image "${text}" must have a tag or a digest`, { image: text });
  }
  return { reference: `${repository}:${tag}`, version: tag };
}
