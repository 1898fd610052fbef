/** Where what floats over a panel is put: into the window that the panel is in, which need not be the page's own. */
import { createContext, useContext } from 'react';

const PortalBox = createContext<HTMLElement | undefined>(undefined);

/** The body of the window around the panel; `undefined` for the page's own. */
export const PortalBoxProvider = PortalBox.Provider;

export function usePortalBox(): HTMLElement | undefined {
  return useContext(PortalBox);
}
