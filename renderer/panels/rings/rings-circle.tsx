/** A ring as a circle, with its numbers beside it. */
import { useRef } from 'react';
import { useGestures } from '../../canvas/gestures.ts';
import { useCanvas } from '../../canvas/use-canvas.ts';
import styles from './rings.module.css';
import own from './rings-circle.module.css';
import { circleIn, drawCircle, slotAtPoint } from './rings-draw.ts';
import { FactList } from './rings-fact-list.tsx';
import { type Ring, ringFacts, ringPointers } from './rings-facts.ts';
import { RingHeat } from './rings-heat.ts';
import { IndirectBlock } from './rings-indirect.tsx';
import { indirectTarget } from './rings-indirect-model.ts';
import { packedLinks } from './rings-packed.ts';
import { chainLinks } from './rings-split.ts';
import type { RingTableProps } from './rings-split-table.tsx';

export function RingCircle(props: RingTableProps<Ring>) {
  const { ring, picked, head, reused, onPick, onOpen } = props;
  const box = useRef<HTMLDivElement>(null);
  const heat = useHeat(ring);
  const target = indirectTarget(ring, picked, head);
  const links = ring.kind === 'split' ? chainLinks(ring, head) : packedLinks(ring, head);
  const wrong = [
    ...ring.problems.filter(({ slot }) => slot >= 0),
    ...[...reused.keys()].map((slot) => ({ table: 'descriptor' as const, slot })),
  ];
  const model = {
    ...{ ring, pointers: ringPointers(ring), selected: picked, heat, wrong },
    links: links.slice(0, MOST_LINKS),
    tableOf: target?.slot ?? -1,
  };
  const canvas = useCanvas(
    (ctx, size, theme) => drawCircle(ctx, model, size, theme),
    [ring, picked, head, reused],
  );
  const pick = (at: { xPx: number; yPx: number }) => {
    const circle = circleIn(canvas.size.widthPx, canvas.size.heightPx);
    const found = circle && slotAtPoint(circle, ring, at.xPx, at.yPx);
    if (found !== undefined) onPick(found);
    return found !== undefined;
  };
  useGestures(box, {
    click: (at) => void pick(at),
    doubleClick: (at) => {
      if (pick(at)) onOpen();
    },
  });
  return (
    <div className={own.circleView}>
      <div ref={box} className={own.circle}>
        <canvas
          ref={canvas.ref}
          role="img"
          aria-label={`Ring of ${ring.size} slots, ${ring.waiting} waiting, ${ring.inFlight} in flight`}
        />
      </div>
      <div className={own.side}>
        {target === undefined ? null : <IndirectBlock ring={ring} target={target} />}
        <p className={styles.hint}>
          {ring.kind === 'split'
            ? 'From the outside: avail ring, descriptor table, used ring. Bright: passed in the last three seconds.'
            : 'One band: the descriptor ring. Bright: passed in the last three seconds.'}
        </p>
        {ringFacts(ring).map(({ title, facts }) => (
          <section key={title} aria-label={title}>
            <h3>{title}</h3>
            <FactList facts={facts} />
          </section>
        ))}
      </div>
    </div>
  );
}

/** Of a chain as long as a ring more would be a blot. */
const MOST_LINKS = 64;

/** One look at each ring that was pulled. */
function useHeat(ring: Ring): Float32Array {
  const kept = useRef<{ heat: RingHeat; queue: number; ring?: Ring; values: Float32Array }>({
    heat: new RingHeat(),
    queue: -1,
    values: new Float32Array(0),
  });
  const { queue, atNs } = ring.view;
  if (kept.current.queue !== queue) kept.current = { ...kept.current, heat: new RingHeat(), queue };
  if (kept.current.ring !== ring) {
    kept.current = { ...kept.current, ring, values: kept.current.heat.look(ring, atNs) };
  }
  return kept.current.values;
}
