/** Exchanges that break one rule of I/O messages, events or the pace each. */
import type { Case } from './cases-control.ts';
import { BUFFER, type Exchange, PERIOD, PERIOD_NS } from './exchange.ts';

const BAD = 0x8001;
const IO_ERR = 0x8003;

export const IO_CASES: Readonly<Record<string, Case>> = {
  'VS-D-09': (x) => {
    const seq = x.prepared().post();
    x.command('START').move(seq).command('STOP').command('RELEASE').wait(1.5e9);
  },
  'VS-D-10': (x) => {
    const seq = x.prepared().post();
    x.command('START').move(seq).command('STOP').command('RELEASE').done(seq);
  },
  'VS-D-11': (x) => {
    const seq = x.prepared().post();
    x.command('START').move(seq, 1024).done(seq);
  },
  'VS-D-12': (x) => {
    x.prepared(1);
    const seq = x.post(1);
    x.command('START', 1).move(seq).done(seq, { queue: 3, written: 100 });
  },
  'VS-D-22': (x) => void event(x.begin(), [0, 0x12, 0, 0, 0, 0, 8, 0]),
  'VS-I-31': (x) => void event(x.begin(), [0, 0x13, 0, 0, 0, 0, 0, 0]),
  'VS-I-08': (x) => void event(x.prepared(), [1, 0x11, 0, 0, 0, 0, 0, 0]),
  'VS-R-02': (x) => void x.begin().pop(1, x.chain(0, 4), new Uint8Array()),
  'VS-R-03': (x) => void x.begin().pop(1, x.chain(4, 8), new Uint8Array()),
  'VS-R-13': (x) => void x.prepared().command('START').wait(1.2e9).wait(1e6),
  'VS-R-14': (x) => played(x, x.prepared().post(0, { bytes: PERIOD - 4 }), PERIOD - 4),
  'VS-R-15': (x) => played(x, x.prepared().post(0, { writable: 12 })),
  'VS-R-16': (x) => void x.prepared(1).command('START', 1),
  'VS-R-17': (x) => {
    x.prepared(1);
    const seq = x.post(1, { readable: 8 });
    x.command('START', 1).move(seq).done(seq, { queue: 3 });
  },
  'VS-I-04': (x) => {
    const seq = x.prepared().post();
    x.command('START').done(seq, { status: BAD });
  },
  'VS-I-05': (x) => {
    const seq = x.prepared().post();
    x.command('START').move(seq).done(seq, { written: 4 });
  },
  'VS-I-07': (x) => void x.prepared().post(0, { queue: 3 }),
  'VS-I-14': (x) => {
    const seq = x.prepared().post(0, { bytes: PERIOD - 2 });
    x.command('START')
      .move(seq, PERIOD - 2)
      .done(seq);
  },
  'VS-I-18': (x) => {
    // seen from outside: no set-up, so nobody tells what the sink does
    x.step({ what: 'features', offered: 1n << 32n, accepted: 1n << 32n })
      .infos()
      .params();
    x.command('PREPARE');
    const seq = x.post();
    x.command('START').wait(PERIOD_NS).done(seq);
    const late = x.wait(3 * PERIOD_NS).post();
    x.wait(PERIOD_NS).done(late);
  },
  'VS-I-19': (x) => void x.prepared().play(400, 1.001).command('STOP').command('RELEASE'),
  'VS-I-20': (x) => {
    const seq = x.prepared().post();
    x.command('START')
      .move(seq)
      .done(seq, { latency: 50 * BUFFER });
  },
  'VS-I-21': (x) => {
    const seq = x.prepared().post();
    const request = x.command('START').command('STOP');
    const body = new Uint8Array([3, 1, 0, 0, 0, 0, 0, 0]);
    const asked = request.pop(0, request.chain(8, 4), body);
    x.done(seq);
    x.push(0, asked, new Uint8Array([0, 0x80, 0, 0]));
  },
  'VS-I-23': (x) => {
    const [first, second] = [x.prepared().post(), x.post()];
    x.command('START').move(first).move(second).done(second).done(first);
  },
  'VS-I-25': (x) => {
    const seq = x.prepared().post(0, { body: new Uint8Array(2), readable: 2 });
    x.done(seq, { status: BAD });
  },
  'VS-I-29': (x) => {
    const seq = x.begin().infos().params().post();
    x.done(seq, { status: IO_ERR });
  },
  'VS-I-30': (x) => {
    // the device took a command that came out of order; that the driver sent it was told already
    x.prepared().put({ kind: 'kick', queue: 0 });
    const asked = x.pop(0, x.chain(8, 4), new Uint8Array([5, 1, 0, 0, 0, 0, 0, 0]));
    const violation = {
      rule: 'VS-I-01',
      detail: 'STOP in prepared',
      queue: 0,
      streamId: 0,
    } as const;
    x.put({ kind: 'violation', popped: asked, violation });
    x.push(0, asked, new Uint8Array([0, 0x80, 0, 0]));
  },
  'VS-P-08': (x) => {
    x.prepared().play(8);
    x.put({ kind: 'xrun', streamId: 0, track: 0, side: 'host', atFrame: 100, missingFrames: 0 });
  },
  'VS-P-09': (x) => {
    x.prepared().play(20, 1, (number) => number === 10 && x.wait(3e8) === undefined);
  },
};

function event(x: Exchange, bytes: number[]): void {
  const seq = x.pop(1, x.chain(0, 8), new Uint8Array());
  x.push(1, seq, new Uint8Array(bytes));
}

/** The message, one more period behind it, and both played. */
function played(x: Exchange, seq: number, bytes = PERIOD): void {
  const next = x.post();
  x.command('START').move(seq, bytes).done(seq).move(next).done(next);
}
