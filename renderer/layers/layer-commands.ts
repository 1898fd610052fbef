/** Commands about layers. */
import type { Command } from '../commands.ts';
import { useDialogs } from '../frame/dialogs.ts';
import { useSession } from '../store/session.ts';
import { pickLayer } from './add-layer.ts';

const isShown = () => {
  const { status } = useSession.getState();
  return status !== null && status !== undefined;
};

export const LAYER_COMMANDS: readonly Command[] = [
  {
    id: 'layer.add',
    title: 'Add a layer…: guest ftrace or pw-top',
    group: 'Timeline',
    keys: [],
    when: isShown,
    run: pickLayer,
  },
  {
    id: 'layer.list',
    title: 'Layers: move or remove…',
    group: 'Timeline',
    keys: [],
    when: isShown,
    run: () => useDialogs.setState({ open: 'layers' }),
  },
];
