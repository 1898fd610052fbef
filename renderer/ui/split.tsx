/** Panes side by side or on top of each other with a bar to drag between them. Sizes are kept under the split's id. */
import { Fragment, type ReactNode } from 'react';
import { Group, Panel, Separator } from 'react-resizable-panels';
import { useView } from '../store/view.ts';
import styles from './split.module.css';

export interface Pane {
  readonly id: string;
  readonly content: ReactNode;
  /** `62%` or `340px`. */
  readonly defaultSize: string;
  readonly minSize: string;
}

export interface SplitProps {
  readonly id: string;
  readonly orientation: 'horizontal' | 'vertical';
  readonly panes: readonly Pane[];
}

export function Split({ id, orientation, panes }: SplitProps) {
  const key = `${id}/${panes.map((pane) => pane.id).join(',')}`;
  const kept = useView.getState().layouts[key];
  return (
    <Group
      key={key}
      orientation={orientation}
      className={styles.group}
      {...(kept === undefined ? {} : { defaultLayout: { ...kept } })}
      onLayoutChanged={(layout) => keep(key, layout)}
    >
      {panes.map((pane, at) => (
        <Fragment key={pane.id}>
          {at === 0 ? null : <Separator className={styles[orientation]} />}
          <Panel id={pane.id} defaultSize={pane.defaultSize} minSize={pane.minSize}>
            {pane.content}
          </Panel>
        </Fragment>
      ))}
    </Group>
  );
}

function keep(key: string, layout: Readonly<Record<string, number>>): void {
  const { layouts } = useView.getState();
  useView.setState({ layouts: { ...layouts, [key]: layout } });
}
