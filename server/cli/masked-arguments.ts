import type { Argument, Command } from 'commander';
import { maskedTexts } from '../platform/masked-texts.js';
import { maskSecrets } from '../scanners/secrets/mask-secrets.js';

/** What is taken as it is: where files are, and addresses to scan, which are refused if they contain a secret. */
const TAKEN_AS_IS = new Set('cursor file folder path url image reference host target'.split(' '));

/**
 * Masks secrets in the arguments and options of a command before it runs, by what its usage calls them: `<text>` and
 * any other new name is masked.
 */
export function maskArguments(command: Command): void {
  command.processedArgs = command.processedArgs.map((given, at) => {
    const last = command.registeredArguments.length - 1;
    const declared: Argument | undefined = command.registeredArguments[Math.min(at, last)];
    return declared && TAKEN_AS_IS.has(declared.name()) ? given : maskedTexts(given, maskSecrets);
  });
  for (let each: Command | null = command; each; each = each.parent) {
    for (const { flags, attributeName } of each.options.map(namesOf)) {
      const given: unknown = each.getOptionValue(attributeName);
      const called = /[<[]([\w-]+)/.exec(flags)?.[1];
      if (given === undefined || called === undefined || TAKEN_AS_IS.has(called)) continue;
      const source = each.getOptionValueSource(attributeName);
      each.setOptionValueWithSource(attributeName, maskedTexts(given, maskSecrets), source);
    }
  }
}

const namesOf = (option: Command['options'][number]) => ({
  flags: option.flags,
  attributeName: option.attributeName(),
});
