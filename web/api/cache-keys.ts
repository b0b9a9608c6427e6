/** Keys of cached data that several features refresh. */
export const meKey = ['me'] as const;
export const schedulesKey = ['schedules'] as const;
