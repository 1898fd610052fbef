/** Fields of a structure: name in the standard, value, meaning, section. Arrow keys walk it; a field that is pointed at is
 *  told to whoever shows its bytes. */
import { type KeyboardEvent, type ReactNode, useState } from 'react';
import styles from './field-tree.module.css';

export interface FieldNode {
  /** Unique in the tree; the same as the id of its bytes in a hex view. */
  readonly id: string;
  readonly name: string;
  readonly value?: ReactNode;
  readonly meaning?: ReactNode;
  /** Section of the standard. */
  readonly section?: string | undefined;
  readonly children?: readonly FieldNode[];
  /** Drawn as an error. */
  readonly isWrong?: boolean;
}

export interface FieldTreeProps {
  readonly label: string;
  readonly nodes: readonly FieldNode[];
  readonly highlight?: string | undefined;
  readonly onHighlight?: (id: string | undefined) => void;
}

interface Line {
  readonly node: FieldNode;
  readonly level: number;
}

export function FieldTree({ label, nodes, highlight, onHighlight }: FieldTreeProps) {
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const lines = linesOf(nodes, closed);
  const toggle = (id: string, open: boolean) => {
    const next = new Set(closed);
    if (open) next.delete(id);
    else next.add(id);
    setClosed(next);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const at = lines.findIndex(({ node }) => node.id === highlight);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) onHighlight?.(lines[clamp(at + step, lines.length)]?.node.id);
    else if (event.key === 'ArrowLeft' && highlight !== undefined) toggle(highlight, false);
    else if (event.key === 'ArrowRight' && highlight !== undefined) toggle(highlight, true);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div
      role="tree"
      aria-label={label}
      tabIndex={0}
      className={`${styles.tree} selectable`}
      onKeyDown={onKeyDown}
      onPointerLeave={() => onHighlight?.(undefined)}
    >
      {lines.map((line) => (
        <TreeLine
          key={line.node.id}
          line={line}
          isOpen={!closed.has(line.node.id)}
          isLit={line.node.id === highlight}
          onToggle={(open) => toggle(line.node.id, open)}
          onPoint={() => onHighlight?.(line.node.id)}
        />
      ))}
    </div>
  );
}

interface TreeLineProps {
  readonly line: Line;
  readonly isOpen: boolean;
  readonly isLit: boolean;
  readonly onToggle: (open: boolean) => void;
  readonly onPoint: () => void;
}

function TreeLine({ line: { node, level }, isOpen, isLit, onToggle, onPoint }: TreeLineProps) {
  const isBranch = (node.children?.length ?? 0) > 0;
  const classes = [styles.line, isLit ? styles.lit : '', node.isWrong === true ? styles.wrong : ''];
  return (
    <div
      role="treeitem"
      tabIndex={-1}
      aria-level={level + 1}
      aria-expanded={isBranch ? isOpen : undefined}
      aria-selected={isLit}
      className={classes.join(' ')}
      style={{ paddingLeft: `${level * 12}px` }}
      onPointerEnter={onPoint}
      onDoubleClick={() => isBranch && onToggle(!isOpen)}
    >
      <span
        className={styles.fold}
        aria-hidden="true"
        onPointerDown={() => isBranch && onToggle(!isOpen)}
      >
        {isBranch ? (isOpen ? '▾' : '▸') : ''}
      </span>
      <span className={styles.name}>{node.name}</span>
      <span className={styles.value}>{node.value}</span>
      <span className={styles.meaning}>{node.meaning}</span>
      {node.section === undefined ? null : <span className={styles.section}>§ {node.section}</span>}
    </div>
  );
}

function linesOf(
  nodes: readonly FieldNode[],
  closed: ReadonlySet<string>,
  level = 0,
): readonly Line[] {
  return nodes.flatMap((node) => [
    { node, level },
    ...(closed.has(node.id) ? [] : linesOf(node.children ?? [], closed, level + 1)),
  ]);
}

function clamp(at: number, count: number): number {
  return Math.max(0, Math.min(count - 1, at));
}
