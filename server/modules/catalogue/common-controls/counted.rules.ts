import type { Requirement } from './catalogue.js';

/** Whether it binds the team, and so counts in scores, gaps and shares. */
export const isCounted = ({ counted }: Pick<Requirement, 'counted'>): boolean => counted !== false;
