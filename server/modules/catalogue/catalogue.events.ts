import { eventType } from '../../platform/events/events.js';

/** A team's controls or frameworks have changed, by its own files or by the SCF that it uses. */
export const libraryChanged = eventType<{ teamId: string }>('catalogue.library_changed');

/** The same is about to change, or has changed where nobody waits: the team is due even if this process dies now. */
export const libraryChanging = eventType<{ teamId: string }>('catalogue.library_changing');

/** A team activated or deactivated a framework. */
export const frameworksChosen = eventType<{ teamId: string }>('catalogue.frameworks_chosen');
