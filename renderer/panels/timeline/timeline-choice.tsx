/** Which lanes and tracks the timeline shows: a menu with ticks, kept with the layout. */
import { Layers } from 'lucide-react';
import { CONTROLQ, EVENTQ, RXQ, TXQ } from '../../../src-core/spec/sound.ts';
import { useDialogs } from '../../frame/dialogs.ts';
import { pickLayer } from '../../layers/add-layer.ts';
import { queueName } from '../../store/message-row.ts';
import { usePull } from '../../store/pull.ts';
import { useSession } from '../../store/session.ts';
import { laneKey, toggleLane, useView } from '../../store/view.ts';
import { IconButton } from '../../ui/button.tsx';
import { Menu, MenuItem, MenuLine } from '../../ui/menu.tsx';
import type { PartKind } from './timeline-lane.ts';
import { TRACK_TITLES } from './timeline-tracks.ts';

export function TracksMenu() {
  return (
    <Menu trigger={<IconButton label="Lanes and tracks" icon={<Layers />} />} align="end">
      <Choices />
    </Menu>
  );
}

const NOTHING = { fromNs: 0, toNs: 1, columns: 1, kinds: [] } as const;

function Choices() {
  const hidden = useView((view) => view.hidden);
  const streams = useSession((session) => session.status?.streams) ?? [];
  const told = usePull('timelineTracks', NOTHING).data?.absent ?? {};
  const absent: Readonly<Partial<Record<PartKind, string>>> = told;
  const lanes = [
    { key: laneKey(CONTROLQ, -1), title: queueName(CONTROLQ) },
    { key: laneKey(EVENTQ, -1), title: queueName(EVENTQ) },
    ...streams.map(({ streamId, direction }) => {
      const queue = direction === 'output' ? TXQ : RXQ;
      return { key: laneKey(queue, streamId), title: `${queueName(queue)} · stream ${streamId}` };
    }),
  ];
  return (
    <>
      {lanes.map(({ key, title }) => (
        <MenuItem
          key={key}
          label={title}
          isOn={!hidden.includes(key)}
          keepsOpen
          onSelect={() => toggleLane('hidden', key)}
        />
      ))}
      <MenuLine />
      {TRACK_TITLES.map(({ kind, title }) => (
        <MenuItem
          key={kind}
          label={title}
          isOn={!hidden.includes(kind)}
          keepsOpen
          hint={absent[kind]}
          onSelect={() => toggleLane('hidden', kind)}
        />
      ))}
      <MenuLine />
      <MenuItem label="Add a layer…" onSelect={pickLayer} />
      <MenuItem
        label="Layers: move or remove…"
        onSelect={() => useDialogs.setState({ open: 'layers' })}
      />
    </>
  );
}
