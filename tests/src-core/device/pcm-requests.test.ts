import { describe, expect, test } from 'vitest';
import { makeTopology } from '../../../src-core/device/default-topology.ts';
import { FORMATS, RATES_HZ } from '../../../src-core/spec/formats.ts';
import {
  LIFECYCLE,
  PCM_HDR,
  PCM_SET_PARAMS,
  type PcmCommand,
  STREAM_STATES,
  type StreamState,
  VIRTIO_SND_R_PCM_SET_PARAMS,
  VIRTIO_SND_R_PCM_START,
  VIRTIO_SND_S_BAD_MSG,
  VIRTIO_SND_S_IO_ERR,
  VIRTIO_SND_S_NOT_SUPP,
  VIRTIO_SND_S_OK,
} from '../../../src-core/spec/sound.ts';
import { Guest, OUTPUT, PARAMS } from './harness.ts';

const COMMANDS: readonly PcmCommand[] = ['SET_PARAMS', 'PREPARE', 'START', 'STOP', 'RELEASE'];
/** A way from `init` to each state. */
const PATHS: Record<StreamState, readonly PcmCommand[]> = {
  init: [],
  params: ['SET_PARAMS'],
  prepared: ['SET_PARAMS', 'PREPARE'],
  running: ['SET_PARAMS', 'PREPARE', 'START'],
  stopped: ['SET_PARAMS', 'PREPARE', 'START', 'STOP'],
  released: ['SET_PARAMS', 'PREPARE', 'RELEASE'],
};

function send(guest: Guest, command: PcmCommand, streamId: number): number {
  return command === 'SET_PARAMS' ? guest.setParams(streamId) : guest.command(command, streamId);
}

function stateOf(guest: Guest, streamId: number): StreamState | undefined {
  return guest.device.streams()[streamId]?.state;
}

describe('the command lifecycle', () => {
  for (const state of STREAM_STATES) {
    for (const command of COMMANDS) {
      const to = LIFECYCLE[state][command];
      test(`${command} in ${state} ${to === undefined ? 'is refused' : `leads to ${to}`}`, () => {
        for (const streamId of [0, 1]) {
          const guest = new Guest();
          for (const step of PATHS[state]) send(guest, step, streamId);
          expect(stateOf(guest, streamId)).toBe(state);
          const before = guest.rules().length;
          const status = send(guest, command, streamId);
          expect(stateOf(guest, streamId)).toBe(to ?? state);
          expect(status).toBe(to === undefined ? VIRTIO_SND_S_BAD_MSG : VIRTIO_SND_S_OK);
          const blamed = guest.rules().slice(before);
          expect(blamed.includes('VS-I-01')).toBe(to === undefined);
        }
      });
    }
  }

  test('each change of state is recorded, a command that changes none is not', () => {
    const guest = new Guest();
    for (const step of ['SET_PARAMS', 'SET_PARAMS', 'PREPARE', 'PREPARE', 'START'] as const) {
      send(guest, step, OUTPUT);
    }
    for (const step of ['STOP', 'START', 'STOP', 'RELEASE', 'PREPARE'] as const) {
      send(guest, step, OUTPUT);
    }
    expect(guest.states()).toEqual([
      '0: init → params',
      '0: params → prepared',
      '0: prepared → running',
      '0: running → stopped',
      '0: stopped → running',
      '0: running → stopped',
      '0: stopped → released',
      '0: released → prepared',
    ]);
  });

  test('the answer to a command in the wrong state is a setting', () => {
    const guest = new Guest({ device: { wrongStateStatus: VIRTIO_SND_S_NOT_SUPP } });
    expect(guest.command('START')).toBe(VIRTIO_SND_S_NOT_SUPP);
    expect(new Guest({ device: { wrongStateStatus: VIRTIO_SND_S_IO_ERR } }).command('STOP')).toBe(
      VIRTIO_SND_S_IO_ERR,
    );
  });

  test('VS-I-06: a stream that does not exist', () => {
    const guest = new Guest();
    expect(guest.command('PREPARE', 2)).toBe(VIRTIO_SND_S_BAD_MSG);
    expect(guest.setParams(0xffff_ffff)).toBe(VIRTIO_SND_S_BAD_MSG);
    expect(guest.rules()).toEqual(['VS-I-06', 'VS-I-06']);
  });

  test('VS-I-27: a stream command without its stream', () => {
    const guest = new Guest();
    const request = PCM_HDR.write({ code: VIRTIO_SND_R_PCM_START, streamId: 0 });
    expect(guest.control(request.subarray(0, 7)).status).toBe(VIRTIO_SND_S_BAD_MSG);
    expect(guest.rules()).toEqual(['VS-I-27']);
  });
});

describe('SET_PARAMS', () => {
  test('takes every format, rate and number of channels that is offered', () => {
    const formats = FORMATS.map(({ id }) => id);
    const rates = RATES_HZ.map((_, id) => id);
    const topology = makeTopology({ formats, rates, channelsMax: 18 });
    const guest = new Guest({ topology });
    for (const format of formats) {
      for (const rate of rates) {
        for (const channels of [1, 2, 18]) {
          const bytes = Math.ceil(((FORMATS[format]?.containerBits ?? 8) * channels) / 8);
          const sizes = { periodBytes: 100 * bytes, bufferBytes: 400 * bytes };
          expect(guest.setParams(0, { format, rate, channels, ...sizes })).toBe(VIRTIO_SND_S_OK);
        }
      }
    }
    expect(guest.rules()).toEqual([]);
  });

  const refusals = [
    ['VS-R-06', 'shared memory of the host', { features: 1 }, VIRTIO_SND_S_NOT_SUPP],
    ['VS-R-06', 'shared memory of the guest', { features: 2 }, VIRTIO_SND_S_NOT_SUPP],
    ['VS-R-07', 'a period of 0', { periodBytes: 0 }, VIRTIO_SND_S_BAD_MSG],
    ['VS-R-07', 'a buffer of 0', { bufferBytes: 0 }, VIRTIO_SND_S_BAD_MSG],
    ['VS-R-07', 'a buffer that is no multiple', { bufferBytes: 7681 }, VIRTIO_SND_S_BAD_MSG],
    ['VS-R-08', 'an unknown feature', { features: 0x8000_0000 }, VIRTIO_SND_S_NOT_SUPP],
    ['VS-R-08', 'an unknown format', { format: 25 }, VIRTIO_SND_S_NOT_SUPP],
    ['VS-R-08', 'an unknown rate', { rate: 16 }, VIRTIO_SND_S_NOT_SUPP],
    ['VS-R-09', 'a feature that is not offered', { features: 16 }, VIRTIO_SND_S_NOT_SUPP],
    ['VS-R-09', 'a format that is not offered', { format: 24 }, VIRTIO_SND_S_NOT_SUPP],
    ['VS-R-09', 'a rate that is not offered', { rate: 14 }, VIRTIO_SND_S_NOT_SUPP],
    ['VS-R-10', 'too many channels', { channels: 3 }, VIRTIO_SND_S_NOT_SUPP],
    ['VS-R-10', 'no channels', { channels: 0 }, VIRTIO_SND_S_NOT_SUPP],
  ] as const;
  for (const [rule, what, params, status] of refusals) {
    test(`${rule}: ${what} is refused and changes nothing`, () => {
      const guest = new Guest();
      expect(guest.setParams(OUTPUT, params)).toBe(status);
      expect(guest.rules()).toEqual([rule]);
      expect(stateOf(guest, OUTPUT)).toBe('init');
    });
  }

  test('a rate of 1.4 is unknown to 1.3', () => {
    const guest = new Guest({ device: { specVersion: '1.3' } });
    expect(guest.setParams(OUTPUT, { rate: 14 })).toBe(VIRTIO_SND_S_NOT_SUPP);
    expect(guest.rules()).toEqual(['VS-R-08']);
  });

  test('everything that is wrong is named, and the gravest decides', () => {
    const guest = new Guest();
    const wrong = { periodBytes: 0, features: 1, format: 24, rate: 77, channels: 9 };
    expect(guest.setParams(OUTPUT, wrong)).toBe(VIRTIO_SND_S_BAD_MSG);
    expect(guest.rules()).toEqual(['VS-R-07', 'VS-R-06', 'VS-R-09', 'VS-R-08', 'VS-R-10']);
  });

  test('VS-R-12: a padding byte that is not 0 is named, and accepted', () => {
    const guest = new Guest();
    const code = VIRTIO_SND_R_PCM_SET_PARAMS;
    const request = PCM_SET_PARAMS.write({ code, streamId: OUTPUT, ...PARAMS });
    request[23] = 1;
    expect(guest.control(request).status).toBe(VIRTIO_SND_S_OK);
    expect(guest.rules()).toEqual(['VS-R-12']);
  });

  test('VS-I-15: parts of frames and a buffer of one period are named, and accepted', () => {
    const guest = new Guest();
    expect(guest.setParams(OUTPUT, { periodBytes: 1918, bufferBytes: 3836 })).toBe(VIRTIO_SND_S_OK);
    expect(guest.setParams(OUTPUT, { periodBytes: 1920, bufferBytes: 1920 })).toBe(VIRTIO_SND_S_OK);
    expect(guest.rules()).toEqual(['VS-I-15', 'VS-I-15']);
  });

  test('a buffer beyond the bound is refused, with a word why', () => {
    const guest = new Guest();
    const sizes = { periodBytes: 0x4000_0000, bufferBytes: 0x8000_0000 };
    expect(guest.setParams(OUTPUT, sizes)).toBe(VIRTIO_SND_S_NOT_SUPP);
    expect(guest.all('setup')).toHaveLength(1);
  });

  test('features are taken where the stream offers them', () => {
    const guest = new Guest({ topology: makeTopology({ features: 0b10100 }) });
    expect(guest.setParams(OUTPUT, { features: 0b10100 })).toBe(VIRTIO_SND_S_OK);
    expect(guest.setParams(OUTPUT, { features: 0b1000 })).toBe(VIRTIO_SND_S_NOT_SUPP);
    expect(guest.rules()).toEqual(['VS-R-09']);
  });
});
