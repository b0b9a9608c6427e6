import type { Actor } from '../../../platform/auth/actor.js';
import type { Clock } from '../../../platform/clock.js';
import { ConflictError, NotFoundError } from '../../../platform/errors.js';
import { type CustomControl, type CustomFramework, LIMITS } from './custom-file.js';
import { type CustomLibrary, packed } from './custom-library.js';
import { choiceOf, withChoice } from './framework-activation.rules.js';
import type { TeamLibrariesRepository } from './team-libraries.repository.js';

/** Writes a team's custom frameworks and controls, one writer per team at a time. */
export class CustomLibraryStore {
  constructor(
    private readonly deps: {
      library: CustomLibrary;
      libraries: TeamLibrariesRepository;
      clock: Clock;
    },
  ) {}

  /** Replaces the team's controls; returns the previous ones. */
  putControls(
    actor: Actor,
    change: (own: readonly CustomControl[]) => CustomControl[],
  ): Promise<CustomControl[]> {
    const { library, libraries, clock } = this.deps;
    return library.exclusively(actor, async () => {
      const before = (await library.contents(actor)).controls;
      const after = change(before);
      if (after.length > LIMITS.controls) {
        throw new ConflictError(`a team has at most ${LIMITS.controls} custom controls`);
      }
      const part = after.length > 0 ? packed(after) : null;
      if (part) await libraries.putPart(actor, part.sha256, part.content);
      let replaced: string | undefined;
      await libraries.change(actor, (stored) => {
        replaced = stored.controls?.sha256;
        const at = clock.now().toISOString();
        return { ...stored, controls: part && { sha256: part.sha256, at, actor: actor.name } };
      });
      if (replaced && replaced !== part?.sha256) await libraries.removePart(actor, replaced);
      return before;
    });
  }

  /** Stores a framework in place of the one with its id; a new one becomes active. */
  putFramework(
    actor: Actor,
    framework: CustomFramework,
  ): Promise<{ sha256: string; replaced: string | null }> {
    const { library, libraries, clock } = this.deps;
    return library.exclusively(actor, async () => {
      const { sha256, content } = packed(framework);
      await libraries.putPart(actor, sha256, content);
      let replaced: string | undefined;
      await libraries.change(actor, (stored) => {
        const others = stored.frameworks.filter(({ id }) => id !== framework.id);
        if (others.length >= LIMITS.frameworks) {
          throw new ConflictError(`a team has at most ${LIMITS.frameworks} custom frameworks`);
        }
        const before = stored.frameworks.find(({ id }) => id === framework.id);
        replaced = before?.sha256;
        const choice = choiceOf(stored.choices, framework.id);
        const at = clock.now().toISOString();
        return {
          ...stored,
          choices: before
            ? stored.choices
            : withChoice(stored.choices, { ...choice, active: true }),
          frameworks: [...others, { id: framework.id, sha256, at, actor: actor.name }],
        };
      });
      if (replaced && replaced !== sha256) await libraries.removePart(actor, replaced);
      return { sha256, replaced: replaced ?? null };
    });
  }

  /** Removes a framework and the team's choice of it; returns the hash of its content. */
  removeFramework(actor: Actor, frameworkId: string): Promise<string> {
    const { library, libraries } = this.deps;
    return library.exclusively(actor, async () => {
      let removed: string | undefined;
      await libraries.change(actor, (stored) => {
        removed = stored.frameworks.find(({ id }) => id === frameworkId)?.sha256;
        return {
          ...stored,
          choices: stored.choices.filter((choice) => choice.frameworkId !== frameworkId),
          frameworks: stored.frameworks.filter(({ id }) => id !== frameworkId),
        };
      });
      if (!removed) throw new NotFoundError('no such framework', { frameworkId });
      await libraries.removePart(actor, removed);
      return removed;
    });
  }
}
