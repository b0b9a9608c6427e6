import { eventType } from '../../platform/events/events.js';

/** A team's controls or frameworks have changed, by its own files or by the SCF that it uses. */
export const libraryChanged = eventType<{ teamId: string }>('catalogue.library_changed');

/** A team activated or deactivated a framework. */
export const frameworksChosen = eventType<{ teamId: string }>('catalogue.frameworks_chosen');
