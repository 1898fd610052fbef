/** The device as a tree. A click shows the queue or the stream in all panels; the menu filters to it and pins its lanes. */
import { type KeyboardEvent, useRef, useState } from 'react';
import { handshakeOf } from '../../frame/waiting-model.ts';
import { goToMark, useMarks } from '../../marks/use-marks.ts';
import { usePull } from '../../store/pull.ts';
import { forgetFilter, useSavedFilters } from '../../store/saved-filters.ts';
import { useSession } from '../../store/session.ts';
import { sharedView, showTab, useView } from '../../store/view.ts';
import { useContextMenu } from '../../ui/context-menu.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { showFiltered } from '../filter-items.tsx';
import styles from './navigator.module.css';
import { NodeItems, pinNode } from './navigator-menu.tsx';
import { isGone, type NavigatorNode, navigatorOf, visibleRows } from './navigator-model.ts';

export function NavigatorPanel() {
  const status = useSession((session) => session.status);
  const [closed, setClosed] = useState<ReadonlySet<string>>(
    new Set(['features', 'config', 'chmaps', 'controls']),
  );
  const [at, setAt] = useState('device');
  const marks = useMarks();
  const { saved } = useSavedFilters();
  const tree = useRef<HTMLDivElement>(null);
  const menu = useContextMenu();
  if (status === null || status === undefined) return <NavigatorEmpty />;
  const nodes = navigatorOf(status, marks, saved);
  const rows = visibleRows(nodes, closed);
  const fold = (id: string, isOpen: boolean) =>
    setClosed((before) => {
      const now = new Set(before);
      if (isOpen) now.delete(id);
      else now.add(id);
      return now;
    });
  const focusRow = (id: string | undefined) => {
    if (id === undefined) return;
    setAt(id);
    tree.current?.querySelector<HTMLElement>(`[data-node="${id}"]`)?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (!onTreeKey(event, { rows, at, focusRow, fold })) return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <section className={styles.panel} aria-label="Navigator" data-panel="navigator">
      <div
        ref={tree}
        role="tree"
        aria-label="Device"
        className={isGone(status) ? styles.gone : undefined}
        data-menu=""
        onKeyDown={onKeyDown}
        onContextMenu={(event) => {
          const id = (event.target as Element).closest<HTMLElement>('[data-node]')?.dataset.node;
          const node = rows.find((row) => row.node.id === id)?.node;
          if (node === undefined) return;
          setAt(node.id);
          menu.open(event, <NodeItems node={node} />);
        }}
      >
        {rows.map(({ node, depth }) => (
          <NodeRow
            key={node.id}
            node={node}
            depth={depth}
            isOpen={!closed.has(node.id)}
            isAt={node.id === at}
            onFold={fold}
            onChoose={() => {
              setAt(node.id);
              showNode(node);
            }}
          />
        ))}
      </div>
      {menu.layer}
    </section>
  );
}

interface TreeKeys {
  readonly rows: ReturnType<typeof visibleRows>;
  readonly at: string;
  readonly focusRow: (id: string | undefined) => void;
  readonly fold: (id: string, isOpen: boolean) => void;
}

/** Says whether it was a key of the tree. */
function onTreeKey(event: KeyboardEvent, { rows, at, focusRow, fold }: TreeKeys): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  const place = rows.findIndex(({ node }) => node.id === at);
  const node = rows[place]?.node;
  if (node === undefined) return false;
  if (event.key === 'ArrowDown') focusRow(rows[place + 1]?.node.id);
  else if (event.key === 'ArrowUp') focusRow(rows[place - 1]?.node.id);
  else if (event.key === 'Home') focusRow(rows[0]?.node.id);
  else if (event.key === 'End') focusRow(rows.at(-1)?.node.id);
  else if (event.key === 'ArrowRight') fold(node.id, true);
  else if (event.key === 'ArrowLeft') fold(node.id, false);
  else if (event.key === 'Enter') showNode(node);
  else if (event.key === 'Delete' && node.target?.saved !== undefined) {
    forgetFilter(node.target.saved);
    focusRow(rows[place - 1]?.node.id);
  } else if (event.key.toLowerCase() === 'p') pinNode(node);
  else return false;
  return true;
}

interface NodeRowProps {
  readonly node: NavigatorNode;
  readonly depth: number;
  readonly isOpen: boolean;
  readonly isAt: boolean;
  readonly onFold: (id: string, isOpen: boolean) => void;
  readonly onChoose: () => void;
}

function NodeRow({ node, depth, isOpen, isAt, onFold, onChoose }: NodeRowProps) {
  const { id, label, detail, glyph, tone, bar, children, target } = node;
  const isShown = useIsShown(node);
  const isPinned = useView(({ pinned }) => target?.lanes.some((lane) => pinned.includes(lane)));
  const isParent = children.length > 0;
  return (
    <div
      role="treeitem"
      tabIndex={isAt ? 0 : -1}
      data-node={id}
      aria-level={depth + 1}
      aria-selected={isShown}
      aria-expanded={isParent ? isOpen : undefined}
      className={`${styles.row} ${isShown ? styles.shown : ''} ${depth === 0 ? styles.top : ''}`}
      onClick={() => (isParent ? onFold(id, !isOpen) : onChoose())}
      onKeyDown={undefined}
    >
      <span className={styles[`deep${Math.min(depth, 2)}`]} />
      <span className={styles.fold} aria-hidden="true">
        {isParent ? (isOpen ? '▾' : '▸') : ''}
      </span>
      {glyph === undefined ? null : (
        <span className={`${styles.glyph} ${styles[tone ?? 'done']}`} aria-hidden="true">
          {glyph}
        </span>
      )}
      <span className={styles.label}>{label}</span>
      {isPinned === true ? <span title="Its lane stays on top of the timeline">◆</span> : null}
      <span className={styles.detail} title={detail}>
        {detail}
      </span>
      {bar === undefined ? null : <Bar share={bar} />}
    </div>
  );
}

/** How full, in eighths: enough to see at a glance, and the page has no inline styles. */
function Bar({ share }: { readonly share: number }) {
  return (
    <svg className={styles.bar} viewBox="0 0 24 6" aria-hidden="true">
      <rect className={styles.room} width="24" height="6" />
      <rect className={styles.full} width={24 * share} height="6" />
    </svg>
  );
}

function useIsShown({ target }: NavigatorNode): boolean {
  return useView(({ queue, streamId }) => {
    if (target?.streamId !== undefined) return target.streamId === streamId;
    return target?.queue !== undefined && target.queue === queue;
  });
}

/** Every panel turns to it. */
function showNode({ target }: NavigatorNode): void {
  if (target === undefined) return;
  const { queue, streamId, panel, mark, saved, filter } = target;
  if (mark !== undefined) {
    goToMark(mark);
    return;
  }
  if (saved !== undefined && filter !== undefined) {
    showFiltered(filter);
    return;
  }
  sharedView.setState({
    ...(queue === undefined ? {} : { queue }),
    ...(streamId === undefined ? {} : { streamId }),
  });
  if (panel !== undefined) showTab(panel);
}

/** Before anything is known of the device: which step of the handshake comes next. */
function NavigatorEmpty() {
  const rows = usePull('setup', {}, { everyMs: 500 }).data ?? [];
  const steps = handshakeOf(rows);
  const next = steps.findIndex(({ atNs }) => atNs === undefined);
  return (
    <section className={styles.panel} aria-label="Navigator" data-panel="navigator">
      <EmptyState
        title="No device seen yet"
        detail={
          next < 0 ? undefined : `Step ${next + 1} of ${steps.length}: ${steps[next]?.title ?? ''}`
        }
      />
    </section>
  );
}
