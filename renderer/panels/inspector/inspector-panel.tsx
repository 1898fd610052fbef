/** The selection, opened up: one sentence, lifecycle, fields by their names in the standard, chain, bytes, PCM, findings. */
import { ArrowLeft, ArrowRight, Pin } from 'lucide-react';
import { useEffect, useMemo, useState } from 'react';
import type { MessageDetail } from '../../../src-core/contract-data.ts';
import { formatDuration, formatTime } from '../../canvas/time-scale.ts';
import { forgottenNs, useEndings } from '../../store/endings.ts';
import { kindOf, queueName, rowAt } from '../../store/message-row.ts';
import { usePull } from '../../store/pull.ts';
import { useSession } from '../../store/session.ts';
import { periodNsOf } from '../../store/stream-facts.ts';
import {
  type PanelId,
  selectBack,
  selectForward,
  usePanelView,
  useView,
} from '../../store/view.ts';
import { IconButton } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { FieldTree } from '../../ui/field-tree.tsx';
import { formatCount } from '../../ui/format.ts';
import { HexView } from '../../ui/hex-view.tsx';
import { PanelSkeleton } from '../panel-skeleton.tsx';
import { BlamePart } from './blame-part.tsx';
import { ChainTable } from './chain-table.tsx';
import { EvidencePart } from './evidence-part.tsx';
import { FindingList } from './finding-list.tsx';
import styles from './inspector.module.css';
import { type InspectorModel, inLines, inspect } from './inspector-model.ts';
import { Part } from './inspector-part.tsx';
import { useKeptPin } from './kept-pin.ts';
import { rememberShown } from './last-shown.ts';
import { LifecycleBar } from './lifecycle-bar.tsx';
import { MovedTable } from './moved-table.tsx';
import { PcmPreview } from './pcm-preview.tsx';
import { pinSelection } from './pin-selection.ts';
import { RangePart } from './range-part.tsx';
import { ReadingPart } from './reading-part.tsx';
import { SessionPart } from './session-part.tsx';
import { SeveralPart } from './several-part.tsx';

const DETAIL_EVERY_MS = 120;

export function InspectorPanel() {
  return <Inspector id="inspector" label="Inspector" />;
}

export function SecondInspector() {
  const lost = useKeptPin();
  return <Inspector id="inspector-2" label="Inspector 2" lost={lost} />;
}

interface InspectorProps {
  readonly id: PanelId;
  readonly label: string;
  /** What it was pinned to, where that is not here any more. */
  readonly lost?: string | undefined;
}

function Inspector({ id, label, lost }: InspectorProps) {
  const selection = useView((view) => view.selection);
  return (
    <section className={styles.panel} aria-label={label} data-panel={id}>
      <div className={styles.scroll}>
        {selection.kind !== 'message' ? null : selection.also === undefined ? (
          <MessagePart index={selection.index} />
        ) : (
          <SeveralPart indexes={selection.also} lead={selection.index} />
        )}
        {selection.kind === 'range' ? <RangePart range={selection} /> : null}
        {lost === undefined ? null : <p className={styles.lostPin}>{lost}</p>}
        {selection.kind === 'none' ? <SessionPart /> : null}
      </div>
    </section>
  );
}

/** The history of selections, for the panel's row of tabs. */
export function InspectorActions() {
  const view = usePanelView();
  const canGoBack = useView(({ past }) => past.length > 0);
  const canGoForward = useView(({ future }) => future.length > 0);
  const isNothing = useView(({ selection }) => selection.kind === 'none');
  return (
    <>
      <IconButton
        label="Previous selection"
        command="view.back"
        icon={<ArrowLeft />}
        disabled={!canGoBack}
        onClick={() => selectBack(view)}
      />
      <IconButton
        label="Next selection"
        command="view.forward"
        icon={<ArrowRight />}
        disabled={!canGoForward}
        onClick={() => selectForward(view)}
      />
      <IconButton
        label="Pin: a second inspector keeps this"
        command="view.pin"
        icon={<Pin />}
        disabled={isNothing}
        onClick={() => pinSelection(view)}
      />
    </>
  );
}

function MessagePart({ index }: { readonly index: number }) {
  const [isSettled, setSettled] = useState(false);
  const pull = usePull('message', { index }, { everyMs: DETAIL_EVERY_MS, live: !isSettled });
  const { data } = pull;
  // what came back does not change any more, but for its interrupt, which follows at once
  useEffect(() => {
    const row = data?.index === index ? data.row : undefined;
    setSettled(row !== undefined && !Number.isNaN(row.interruptNs[0]));
  }, [data, index]);
  if (data === undefined) {
    return <PanelSkeleton what="The message" pull={pull} />;
  }
  if (data === null) {
    return (
      <EmptyState
        title={`There is no message ${formatCount(index)}`}
        detail="The capture ends before it."
      />
    );
  }
  return <Opened detail={data} />;
}

function Opened({ detail }: { readonly detail: MessageDetail }) {
  const endings = useEndings();
  const lostNs = forgottenNs(rowAt(detail.row, 0), endings);
  const hasTimes = useSession(({ status }) => status?.trace?.times !== 'order');
  const say = hasTimes ? formatDuration : inLines;
  const model = useMemo(() => inspect(detail, lostNs, say), [detail, lostNs, say]);
  const nowNs = useSession((session) => session.changed.endNs);
  const { row, sentence } = model;
  useEffect(() => rememberShown(row.index, kindOf(row), sentence), [row, sentence]);
  const isIo = detail.moved.length > 0 || detail.pcm.length > 0;
  const stepNs = useSession(({ status }) => status?.trace?.stepNs ?? 1);
  const digits = stepNs >= 1000 ? 6 : 9; // those that its source does not have are not shown
  return (
    <>
      <div className={styles.summary}>
        <h2 className={styles.name}>
          {`#${formatCount(row.index)} ${kindOf(row)}`}
          <span className={styles.second}>{queueName(row.queue)}</span>
        </h2>
        <p className="mono">
          {hasTimes
            ? formatTime(row.poppedNs, digits)
            : `${inLines(row.poppedNs)} after the first; the trace has no times`}
        </p>
        <p className="selectable">{sentence}</p>
      </div>
      {detail.violations.length > 0 ? (
        <Part title="Findings">
          <FindingList findings={detail.violations} />
        </Part>
      ) : null}
      {isIo ? <BlamePart index={row.index} /> : null}
      <Part title="Life">
        <LifecycleBar
          row={row}
          periodNs={periodNsOf(detail.params)}
          nowNs={nowNs}
          forgottenNs={lostNs}
          isTraced={detail.chain.traced !== undefined}
          say={say}
        />
      </Part>
      <EvidencePart row={row} />
      <Bytes model={model} />
      <ReadingPart sections={model.sections} pcm={detail.pcm} params={detail.params} />
      <Part title="Descriptor chain">
        <ChainTable detail={detail} />
      </Part>
      {isIo || row.queue > 1 ? (
        <Part title="PCM">
          <PcmPreview
            {...{ pcm: detail.pcm, params: detail.params, frames: row.frames }}
            isTraced={detail.chain.traced !== undefined}
          />
          <MovedTable moved={detail.moved} params={detail.params} />
        </Part>
      ) : null}
    </>
  );
}

/** Fields and bytes of both directions: pointing at one highlights the other. */
function Bytes({ model }: { readonly model: InspectorModel }) {
  const [highlight, setHighlight] = useState<string>();
  return model.sections.map((section) => (
    <Part key={section.id} title={section.title}>
      {section.absent === undefined ? (
        <>
          <FieldTree
            label={section.title}
            nodes={section.nodes}
            highlight={highlight}
            onHighlight={setHighlight}
          />
          <div className={styles.bytes}>
            <HexView
              label={section.title}
              perRow={8}
              bytes={section.bytes}
              ranges={section.ranges}
              highlight={highlight}
              onHighlight={setHighlight}
            />
          </div>
        </>
      ) : (
        <p className={styles.second}>{section.absent}</p>
      )}
    </Part>
  ));
}
