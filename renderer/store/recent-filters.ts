/** Filters that were used last, kept in the browser's storage. */
import { create } from 'zustand';
import { persist } from 'zustand/middleware';

export const useRecentFilters = create<{ readonly recent: readonly string[] }>()(
  persist(() => ({ recent: [] as readonly string[] }), { name: 'ringside-filters' }),
);
