/** Large traces, shaped after a real playback: set-up, then the seven lines of each TX message with changing pointers and
 *  times, and a pause of the stream now and then. The same seed, the same file. */
import { closeSync, openSync, writeSync } from 'node:fs';

const CHUNK_BYTES = 1 << 20;
const HIGH = 0x55b6;
const VDEV = 0xd138_b180;
const VQ = [0xd138_c460, 0xd138_c4f8, 0xd138_c590, 0xd138_c628];
const IN_FLIGHT = 4;

type Argument = number | string | { readonly pointer: number };
type Say = (name: string, text: string, args: readonly Argument[]) => boolean;

export function writeLog(path: string, lines: number, seed: number): void {
  const file = openSync(path, 'w');
  const next = random(seed);
  let us = 1_795_348_104_315_014;
  let parts: string[] = [];
  let bytes = 0;
  let left = lines;
  const flush = () => {
    writeSync(file, parts.join(''));
    parts = [];
    bytes = 0;
  };
  play(
    next,
    (ns) => {
      us += Math.floor(ns / 1000);
    },
    (name, text) => {
      us += 2 + next(9);
      const seconds = Math.floor(us / 1e6);
      const line = `11616@${seconds}.${String(us % 1e6).padStart(6, '0')}:${name} ${text}\n`;
      parts.push(line);
      bytes += line.length;
      if (bytes > CHUNK_BYTES) flush();
      return --left > 0;
    },
  );
  flush();
  closeSync(file);
}

export function writeSimple(path: string, records: number, seed: number): void {
  const file = openSync(path, 'w');
  const next = random(seed);
  const chunk = Buffer.alloc(CHUNK_BYTES);
  const ids = new Map<string, number>();
  let at = 0;
  let ns = 8_000_000_000_000;
  let left = records;
  const u32 = (value: number) => {
    at = chunk.writeUInt32LE(value >>> 0, at);
  };
  const u64 = (value: number) => {
    u32(value % 0x1_0000_0000);
    u32(Math.floor(value / 0x1_0000_0000));
  };
  const text = (value: string) => {
    u32(value.length);
    at += chunk.write(value, at, 'latin1');
  };
  for (const word of [0xffff_ffff, 0xffff_ffff, 0x0aa4_29b4, 0xf2b1_77cb, 4, 0]) u32(word);
  play(
    next,
    (waitNs) => {
      ns += waitNs;
    },
    (name, _text, args) => {
      ns += 2000 + next(9000);
      let id = ids.get(name);
      if (id === undefined) {
        id = 1200 + ids.size;
        ids.set(name, id);
        u64(0);
        u64(id);
        text(name);
      }
      u64(1);
      u64(id);
      u64(ns);
      u32(
        24 +
          args.reduce(
            (sum: number, arg) => sum + (typeof arg === 'string' ? 4 + arg.length : 8),
            0,
          ),
      );
      u32(11_616);
      for (const arg of args) {
        if (typeof arg === 'string') text(arg);
        else if (typeof arg === 'number') u64(arg);
        else {
          u32(arg.pointer);
          u32(HIGH);
        }
      }
      if (at > CHUNK_BYTES - 4096) {
        writeSync(file, chunk, 0, at);
        at = 0;
      }
      return --left > 0;
    },
  );
  writeSync(file, chunk, 0, at);
  closeSync(file);
}

/** Says events until `say` gives false. */
function play(next: (below: number) => number, wait: (ns: number) => void, say: Say): void {
  const hex = (low: number) => `0x${HIGH.toString(16)}${low.toString(16).padStart(8, '0')}`;
  const p = (pointer: number) => ({ pointer });
  const vdev = hex(VDEV);
  let goesOn = true;
  const put: Say = (name, text, args) => {
    if (goesOn) goesOn = say(name, text, args);
    return goesOn;
  };
  const kick = (queue: number) => {
    const vq = VQ[queue] ?? 0;
    put('virtio_queue_notify', `vdev ${vdev} n ${queue} vq ${hex(vq)}`, [p(VDEV), queue, p(vq)]);
  };
  const take = (queue: number, elem: number, pieces: number) => {
    const vq = VQ[queue] ?? 0;
    const counts = `in_num 1 out_num ${pieces}`;
    put('virtqueue_alloc_element', `elem ${hex(elem)} size 56 ${counts}`, [p(elem), 56, 1, pieces]);
    put('virtqueue_pop', `vq ${hex(vq)} elem ${hex(elem)} ${counts}`, [p(vq), p(elem), 1, pieces]);
  };
  const giveBack = (queue: number, elem: number, len: number) => {
    const vq = VQ[queue] ?? 0;
    put('virtqueue_fill', `vq ${hex(vq)} elem ${hex(elem)} len ${len} idx 0`, [
      p(vq),
      p(elem),
      len,
      0,
    ]);
    put('virtqueue_flush', `vq ${hex(vq)} count 1`, [p(vq), 1]);
    put('virtio_notify', `vdev ${vdev} vq ${hex(vq)}`, [p(VDEV), p(vq)]);
  };
  const control = (code: number, name: string) => {
    const elem = 0xd153_3800 + 16 * next(64);
    kick(0);
    put('virtio_snd_handle_ctrl', `snd ${vdev}: handle ctrl event for queue ${hex(VQ[0] ?? 0)}`, [
      p(VDEV),
      p(VQ[0] ?? 0),
    ]);
    take(0, elem, 1);
    put('virtio_snd_handle_code', `ctrl code msg val = ${code} == ${name}`, [code, name]);
    giveBack(0, elem, 4);
  };
  put('virtio_snd_realize', `snd ${vdev}: realize`, [p(VDEV)]);
  for (const status of [1, 3, 11, 15])
    put('virtio_set_status', `vdev ${vdev} val ${status}`, [p(VDEV), status]);
  control(257, 'VIRTIO_SND_R_PCM_SET_PARAMS');
  control(258, 'VIRTIO_SND_R_PCM_PREPARE');
  control(260, 'VIRTIO_SND_R_PCM_START');
  const inFlight: number[] = [];
  for (let period = 1; goesOn; period++) {
    wait(1_500_000 + next(1_000_000));
    const oldest = inFlight.length >= IN_FLIGHT ? inFlight.shift() : undefined;
    if (oldest !== undefined) giveBack(2, oldest, 8);
    const elem = 0xd040_0000 + 16 * next(1 << 16);
    kick(2);
    put('virtio_snd_handle_tx_xfer', 'tx queue callback called', []);
    take(2, elem, 1 + next(8));
    inFlight.push(elem);
    if (period % 500 !== 0) continue;
    control(261, 'VIRTIO_SND_R_PCM_STOP');
    control(260, 'VIRTIO_SND_R_PCM_START');
  }
}

function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return state % below;
  };
}
