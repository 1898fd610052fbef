import { describe, expect, test } from 'vitest';
import { toPx } from '../../../../renderer/canvas/time-scale.ts';
import { DARK } from '../../../../renderer/palette.ts';
import { drawTimeline } from '../../../../renderer/panels/timeline/timeline-draw.ts';
import { mergeMarks } from '../../../../renderer/panels/timeline/timeline-draw-marks.ts';
import { HEADROOM_PX, LABEL_PX } from '../../../../renderer/panels/timeline/timeline-lane.ts';
import { layOut, NO_MEMORY } from '../../../../renderer/panels/timeline/timeline-model.ts';
import { NO_TRACKS, wordsOf } from '../../../../renderer/panels/timeline/timeline-tracks.ts';
import type { Timeline, TimelineLane, TimelineMark } from '../../../../src-core/contract-data.ts';
import { CONTROLQ, TXQ } from '../../../../src-core/spec/sound.ts';
import { columnsOf, messageRow } from '../../message-fixture.ts';
import { recordingContext } from '../../recording-context.ts';

const size = { widthPx: LABEL_PX + 1000, heightPx: 400, ratio: 1 };
const scale = { fromNs: 0, toNs: 1000, leftPx: LABEL_PX, widthPx: 1000 };
const FACTS = { streams: [], endings: [], endNs: 1000 };
const nothing = {
  ...{ scrollPx: 0, selected: undefined, hovered: undefined, area: undefined, cursorNs: undefined },
  ...{ hoverNs: undefined, isLoading: false, isFrozen: false, headroom: [] },
  ...{ userMarks: [], tracks: NO_TRACKS },
  axis: { unit: 'start', zeroNs: 0, startedAtUnixMs: 0 } as const,
};
const ticks = { kicksNs: new Float64Array([100]), interruptsNs: new Float64Array([300]) };

function draw(lanes: TimelineLane[], more: Partial<Timeline> = {}, overlay = {}) {
  const timeline = { fromNs: 0, toNs: 1000, lanes, states: [], marks: [], gaps: [], ...more };
  const { model } = layOut(timeline, FACTS, NO_MEMORY);
  const recording = recordingContext();
  drawTimeline(recording.ctx, size, DARK, model, scale, { ...nothing, ...overlay });
  return recording;
}

const fills = (recording: ReturnType<typeof draw>, colour: string) =>
  recording.of('fillRect').filter(({ fillStyle }) => fillStyle === colour);

test('a frozen view draws nothing of what came after it was frozen', () => {
  const late: TimelineMark = { atNs: 900, kind: 'xrun', severity: 'warning', text: '', index: -1 };
  const lane = { queue: TXQ, streamId: 0, messages: columnsOf([]), ...ticks };
  const timeline = { fromNs: 0, toNs: 1000, lanes: [lane], states: [], marks: [late], gaps: [] };
  const { model } = layOut(timeline, { ...FACTS, endNs: 500 }, NO_MEMORY);
  const clipsOf = (isFrozen: boolean) => {
    const recording = recordingContext();
    drawTimeline(recording.ctx, size, DARK, model, scale, { ...nothing, isFrozen });
    const clips = recording.of('rect').filter(({ args }) => args[0] === LABEL_PX);
    const marks = recording.calls.filter(({ fillStyle }) => fillStyle === DARK.held).length;
    return { widths: clips.map(({ args }) => args[2]), marks };
  };
  expect(clipsOf(false).widths).toContain(1000);
  expect(clipsOf(false).marks).toBeGreaterThan(0);
  expect(clipsOf(true)).toEqual({ widths: [500], marks: 0 });
});

test('the periods of a running stream stand in its headroom, where they are not too near', () => {
  const lane = { queue: TXQ, streamId: 0, messages: columnsOf([]), ...ticks };
  const states = [{ streamId: 0, state: 'running', fromNs: 100, toNs: 1000 }] as const;
  const series = {
    ...{ streamId: 0, fromNs: 0, columnNs: 1000, rateHz: 1e9, bufferFrames: 400 },
    ...{ deviceMin: new Float32Array([200]), deviceMax: new Float32Array([200]) },
    ...{ sinkMin: new Float32Array([0]), sinkMax: new Float32Array([0]) },
    ...{ totalMin: new Float32Array([200]), sinkGrade: 'observed' as const },
  };
  const ticksOf = (periodFrames: number) =>
    fills(
      draw([lane], { states: [...states] }, { headroom: [{ ...series, periodFrames }] }),
      DARK.panel,
    ).filter(({ args }) => args[2] === 1 && args[3] === HEADROOM_PX);
  expect(ticksOf(200).map(({ args }) => args[0])).toEqual(
    [100, 300, 500, 700, 900].map((ns) => Math.round(toPx(scale, ns))),
  );
  expect(ticksOf(2)).toEqual([]);
});

describe('the timeline', () => {
  const message = messageRow({
    index: 3,
    ...{ kickNs: 90, poppedNs: 100, firstNs: 250, lastNs: 280, usedNs: 290 },
  });
  const lane = { queue: TXQ, streamId: 0, messages: columnsOf([message]), ...ticks };

  test('draws each stage where it belongs', () => {
    const [service] = fills(draw([lane]), DARK.service);
    expect(service?.args.slice(0, 1)).toEqual([LABEL_PX + 250]);
    expect(service?.args[2]).toBeCloseTo(30);
  });

  test('names its lanes and marks kicks and interrupts', () => {
    const recording = draw([lane]);
    expect(recording.texts()).toContain('txq · stream 0');
    expect(fills(recording, DARK.posted).some(({ args }) => args[0] === LABEL_PX + 100)).toBe(true);
    expect(fills(recording, DARK.done).some(({ args }) => args[0] === LABEL_PX + 300)).toBe(true);
  });

  test('draws no message that is out of view', () => {
    const far = messageRow({ poppedNs: 5000, firstNs: 6000, lastNs: 6100, usedNs: 6200 });
    expect(fills(draw([{ ...lane, messages: columnsOf([far]) }]), DARK.service)).toEqual([]);
  });

  test('says the state of a stream in words', () => {
    const states = [{ streamId: 0, state: 'running', fromNs: 0, toNs: 900 }] as const;
    expect(draw([lane], { states }).texts()).toContain('running');
  });

  test('gives a refused request a red notch', () => {
    const refused = messageRow({ queue: CONTROLQ, poppedNs: 10, usedNs: 40, status: 0x8001 });
    const recording = draw([
      { queue: CONTROLQ, streamId: -1, messages: columnsOf([refused]), ...ticks },
    ]);
    expect(recording.of('fill').some(({ fillStyle }) => fillStyle === DARK.error)).toBe(true);
  });

  test('outlines the selected message', () => {
    const boxes = draw([lane], {}, { selected: 3 }).of('strokeRect');
    expect(boxes.some(({ strokeStyle }) => strokeStyle === DARK.cursor)).toBe(true);
    const other = draw([lane], {}, { selected: 4 }).of('strokeRect');
    expect(other.some(({ strokeStyle }) => strokeStyle === DARK.cursor)).toBe(false);
  });

  test('draws counts where messages cannot be told apart, the worst finding as their colour', () => {
    const density = {
      count: new Uint32Array([4, 0, 8, 2]),
      severity: new Uint8Array([0, 0, 3, 0]),
      longestNs: new Float64Array(4),
    };
    const recording = draw([{ queue: TXQ, streamId: 0, density, ...ticks }]);
    expect(fills(recording, DARK.service).length).toBe(2);
    expect(fills(recording, DARK.error).length).toBe(2);
    expect(recording.texts()).toContain('up to 8 a pixel');
  });

  test('labels a measured area with its length', () => {
    const recording = draw([lane], {}, { area: { fromNs: 100, toNs: 350 } });
    expect(recording.texts().map((text) => text.replace('\u2009', ' '))).toContain('250 ns');
  });
});

describe('marks', () => {
  test('that would lie on each other are drawn as the worst of them', () => {
    const mark = (atNs: number, severity: TimelineMark['severity']): TimelineMark => ({
      ...{ atNs, severity, kind: 'violation', text: '', index: -1 },
    });
    const merged = mergeMarks(
      [mark(500, 'note'), mark(500.4, 'error'), mark(700, 'warning')],
      scale,
    );
    expect(merged.map(({ mark }) => mark.severity)).toEqual(['error', 'warning']);
  });
});

test('what the capture lacks is hatched in its place, with how much under the axis', () => {
  const gap = { kind: 'lost', fromNs: 200, toNs: 600, entries: 12, pcmBytes: 0, why: 'x' } as const;
  const lane = { queue: TXQ, streamId: 0, messages: columnsOf([]), ...ticks };
  const recording = draw([lane], { gaps: [{ ...gap, streamId: -1 }] });
  const box = fills(recording, DARK.lost).map(({ args }) => args);
  expect(box).toContainEqual([LABEL_PX + 200, 40, 400, size.heightPx]);
  const texts = recording.of('fillText').map(({ args }) => args[0]);
  expect(texts).toContain('12 entries lost');
});

test('what QEMU held when it was asked is dots with numbers, and no line', () => {
  const samples = { atNs: Float64Array.of(100, 500, 505), inUse: Uint16Array.of(4, 0, 2) };
  const lane = { queue: CONTROLQ, streamId: -1, messages: columnsOf([]), ...ticks, samples };
  const recording = draw([lane]);
  const dots = recording.of('arc').map(({ args }) => args);
  expect(dots.map(([xPx]) => Number(xPx) - LABEL_PX)).toEqual([100, 500, 505]);
  expect(Number(dots[0]?.[1]), 'more is higher').toBeLessThan(Number(dots[1]?.[1]));
  const texts = recording.of('fillText').map(({ args }) => args[0]);
  expect(texts).toContain('● held by QEMU');
  expect(texts.filter((text) => text === '4' || text === '0' || text === '2')).toEqual(['4', '0']);
  const { samples: _none, ...unasked } = lane;
  expect(draw([unasked]).of('arc')).toEqual([]);
});

describe('tracks beside the messages', () => {
  const lane = { queue: TXQ, streamId: 0, messages: columnsOf([]), ...ticks };
  const columns = { fromNs: 0, columnNs: 250 };
  const depth = {
    ...columns,
    queue: TXQ,
    least: new Uint16Array([0, 3, 3, 1]),
    most: new Uint16Array([2, 3, 4, 2]),
    grade: 'observed' as const,
  };
  const calls = {
    atNs: new Float64Array([100, 600]),
    frames: new Float64Array([480, 240]),
    delayFrames: new Float64Array([-1, 96]),
    missingFrames: new Float64Array([0, 12]),
  };
  const stream = { streamId: 0, direction: 'output', rateHz: 48_000, periodFrames: 480 } as const;
  const sink = { ...columns, ...stream, calls };
  const outage = { of: 'guest', streamId: -1, fromNs: 500, toNs: 800, why: 'QEMU ended' } as const;
  const tracks = { ...NO_TRACKS, depths: [depth], sinks: [sink], outages: [outage] };

  test('are named with their scale, and an empty queue and a late call stand out', () => {
    const states = [{ streamId: 0, state: 'running', fromNs: 0, toNs: 900 }] as const;
    const recording = draw([lane], { states: [...states] }, { tracks });
    const idle = draw([lane], {}, { tracks });
    expect(fills(idle, DARK.held)).toEqual([]);
    expect(recording.texts()).toContain('in hand, 0–4');
    expect(recording.texts()).toContain('sink takes');
    expect(fills(recording, DARK.held).map(({ args }) => args[0])).toEqual([LABEL_PX]);
    expect(fills(recording, DARK.error).map(({ args }) => args[0])).toEqual([LABEL_PX + 600]);
  });

  test('are grey while their source was gone', () => {
    const recording = draw([lane], {}, { tracks });
    expect(recording.texts()).toContain('○ guest gone');
    const [veil] = fills(recording, DARK.textFaint);
    expect(veil?.args.slice(0, 3)).toEqual([LABEL_PX + 500, expect.any(Number), 300]);
  });

  test('say in words what they show, and how well it is known', () => {
    const words = (kind: 'depth' | 'sink', atNs: number) => {
      const said = wordsOf(kind, { queue: TXQ, streamId: 0 }, tracks, atNs, 50);
      return said === undefined ? '' : `${said.text} · ${said.second}`;
    };
    expect(words('depth', 10)).toBe('0–2 chains of txq in the device’s hands · observed');
    expect(words('sink', 590)).toMatch(
      /^the sink took 240 frames · 0.50 P, with 2.00.ms held before; 12 frames came too late · derived/,
    );
    expect(words('sink', 300)).toBe('');
  });
});
