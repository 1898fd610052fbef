/** What stands across the window between the session bar and the panels, top to bottom: the overview strip. Each brings its
 *  own height and hides itself where it has nothing to show. */
import type { ComponentType } from 'react';
import { OverviewStrip } from '../overview/overview-strip.tsx';

export interface Strip {
  readonly id: string;
  readonly component: ComponentType;
}

export const STRIPS: readonly Strip[] = [{ id: 'overview', component: OverviewStrip }];
