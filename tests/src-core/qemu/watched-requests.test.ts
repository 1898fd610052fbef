// Control requests that nobody saw in time, and what a trace says of them.
import { describe, expect, test } from 'vitest';
import { gradeIn } from '../../../src-core/spec/grades.ts';
import { PCM_HDR } from '../../../src-core/spec/sound.ts';
import { entriesOf, PREPARE, playOn, RELEASE, running, START, started } from './watched-play.ts';
import { PERIOD_BYTES, type WatchedRig } from './watched-rig.ts';

const FRAMES = PERIOD_BYTES / 4;

describe('a control request that is gone when it is looked at', () => {
  const handled = (rig: WatchedRig, code: number, stream?: string) => {
    rig.logLine('virtio_queue_notify vdev 0xbb n 0 vq 0xb0');
    rig.logLine('virtio_snd_handle_ctrl snd 0xbb: handle ctrl event for queue 0xb0');
    rig.logLine('virtqueue_pop vq 0xb0 elem 0x1 in_num 1 out_num 1');
    rig.logLine(`virtio_snd_handle_code ctrl code msg val = ${code} == SOME`);
    if (stream !== undefined) rig.logLine(stream);
    rig.logLine('virtqueue_flush vq 0xb0 count 1');
    rig.logLine('virtio_notify vdev 0xbb vq 0xb0');
  };
  /** What was set up before has no lines, and waits for none any more. */
  const quiet = () => {
    const rig = started();
    rig.setParams();
    rig.run(60);
    return rig;
  };
  const hdr = (code: number) => PCM_HDR.write({ code, streamId: 0 });
  const codesOf = ({ session }: WatchedRig) => {
    const { messages } = session.capture;
    return Array.from({ length: messages.rows }, (_none, row) => [
      messages.code.get(row),
      messages.streamId.get(row),
      gradeIn(messages.grades.get(row), 'code'),
    ]);
  };

  test('has the code and the stream that the trace tells, and moves its stream', () => {
    const rig = quiet();
    rig.goneRequest(hdr(PREPARE));
    handled(rig, PREPARE);
    rig.run(10);
    rig.goneRequest(hdr(START));
    handled(
      rig,
      START,
      'virtio_snd_handle_pcm_start_stop VIRTIO_SND_R_PCM_START called for stream 0',
    );
    rig.run(70);
    expect(codesOf(rig)).toEqual([
      [257, 0, 'observed'],
      [PREPARE, 0, 'derived'],
      [START, 0, 'derived'],
    ]);
    const states = rig.session.capture.story.states.map(({ state }) => state);
    expect(states).toEqual(['params', 'prepared', 'running']);
    expect(rig.session.capture.tracks).toHaveLength(1);
    const told = entriesOf(rig).filter(({ kind }) => ['popped', 'told', 'used'].includes(kind));
    expect(told.map(({ kind }) => kind).slice(-3)).toEqual(['popped', 'told', 'used']);
  });

  test('is told what it is though its line comes only after the look', () => {
    const rig = quiet();
    rig.goneRequest(hdr(PREPARE));
    rig.run(1);
    handled(rig, PREPARE);
    rig.run(70);
    expect(codesOf(rig).at(-1)).toEqual([PREPARE, 0, 'derived']);
  });

  test('whose bytes are by now those of another request shows none of them', () => {
    const rig = quiet();
    rig.goneRequest(hdr(PREPARE));
    rig.ram.write(0x10_0000n, hdr(RELEASE));
    handled(rig, PREPARE);
    rig.run(70);
    expect(codesOf(rig).at(-1)).toEqual([PREPARE, 0, 'derived']);
    const popped = entriesOf(rig).findLast((entry) => entry.kind === 'popped');
    expect(popped).toMatchObject({ body: new Uint8Array(), grade: 'unavailable' });
    expect(rig.session.capture.story.states.at(-1)?.state).toBe('prepared');
  });

  test('and sets parameters leaves its stream with none until its pace tells them', () => {
    const rig = running();
    rig.run(60);
    rig.goneRequest(new Uint8Array(24));
    handled(
      rig,
      257,
      'virtio_snd_handle_pcm_set_params VIRTIO_SND_PCM_SET_PARAMS called for stream 0',
    );
    rig.run(10);
    expect(rig.session.liveStreams()[0]).toMatchObject({ params: undefined, state: 'params' });
    rig.command(PREPARE);
    for (let period = 0; period < 4; period++) rig.post();
    rig.command(START);
    playOn(rig, 80);
    const last = rig.session.capture.tracks.at(-1);
    expect(last?.params, 'as before, since the pace is the same').toMatchObject({
      format: 5,
      bufferBytes: 4 * PERIOD_BYTES,
    });
    expect(last?.frames).toBe(80 * FRAMES);
  });
});
