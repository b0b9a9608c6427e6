/** Keys of cached data that several features refresh. */
export const schedulesKey = ['schedules'] as const;
