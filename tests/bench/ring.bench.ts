// What the device's side of a virtqueue costs by itself: no system calls, guest memory in an array. The same work in C is
// the base: three descriptors walked, the payload copied, the status written, the used element pushed.
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { readChainInto } from '../../src-core/queue/chain-bytes.ts';
import type { DriverQueue } from '../../src-core/queue/driver-queue.ts';
import { openDriverQueue } from '../../src-core/queue/open-driver-queue.ts';
import { openDeviceQueue } from '../../src-core/queue/open-queue.ts';
import { Ram } from '../../src-core/queue/ram.ts';
import type { QueueSetup } from '../../src-core/queue/virtqueue.ts';

const ROUNDS = Number(process.env.ROUNDS ?? 5);
const MESSAGES = 400_000;
const BATCH = 16;
const SIZE = 64;
const XFER_BYTES = 4;
const STATUS_BYTES = 8;
const STATUS = Uint8Array.of(0, 0x80, 0, 0, 0, 0, 0, 0);
const SLOT_BYTES = 0x1_0000;

const program = compileLimit();
for (const payloadBytes of [16, 2048, 24_576]) compare(payloadBytes);

function compileLimit(): string {
  const cache = join(process.cwd(), '.cache', 'bench');
  mkdirSync(cache, { recursive: true });
  const source = join(process.cwd(), 'tests', 'bench', 'ring-limit.c');
  const target = join(cache, 'ring-limit');
  const { status, stderr } = spawnSync('gcc', ['-O3', source, '-o', target], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`gcc cannot compile ${source}: ${stderr}`);
  return target;
}

function compare(payloadBytes: number): void {
  const rows = Array.from({ length: ROUNDS }, () => ({
    limit: limitNs(payloadBytes),
    split: ownNs(payloadBytes, false),
    packed: ownNs(payloadBytes, true),
  }));
  console.log(`\nring, ${payloadBytes} bytes of payload; ns a message, ${ROUNDS} rounds`);
  for (const name of ['limit', 'split', 'packed'] as const) {
    const ns = median(rows.map((row) => row[name]));
    const ratio = median(rows.map((row) => row[name] / row.limit));
    const title = name === 'limit' ? 'C, the limit (split)' : name;
    console.log(`  ${title.padEnd(24)} ${ns.toFixed(0).padStart(6)} (${ratio.toFixed(2)}x)`);
  }
}

function limitNs(payloadBytes: number): number {
  const { stdout } = spawnSync(program, [`${MESSAGES}`, `${payloadBytes}`], { encoding: 'utf8' });
  return Number(/ns=([\d.]+)/.exec(stdout)?.[1]);
}

function ownNs(payloadBytes: number, packed: boolean): number {
  const memory = new Ram([{ guestAddress: 0n, widthBytes: 1 << 24 }]);
  const setup: QueueSetup = {
    index: 2,
    size: SIZE,
    packed,
    eventIdx: false,
    indirect: false,
    descriptorArea: 0n,
    driverArea: 0x4000n,
    deviceArea: 0x8000n,
    position: { avail: 0, availWrap: true, used: 0, usedWrap: true },
  };
  const driver = openDriverQueue(setup, memory);
  const device = openDeviceQueue(setup, memory);
  const pcm = new Uint8Array(1 << 16);
  let ns = 0;
  for (let batch = -2000; batch < MESSAGES / BATCH; batch++) {
    post(driver, payloadBytes);
    const start = process.hrtime();
    for (let popped = device.pop(); popped !== undefined; popped = device.pop()) {
      const { chain } = popped;
      readChainInto(memory, chain.readable, XFER_BYTES, pcm, 0, payloadBytes);
      memory.write(chain.writable[0]?.address ?? 0n, STATUS);
      device.pushUsed(chain, STATUS_BYTES);
    }
    const [seconds, rest] = process.hrtime(start);
    if (batch >= 0) ns += seconds * 1e9 + rest;
    for (let used = driver.takeUsed(); used !== undefined; ) used = driver.takeUsed();
  }
  return ns / MESSAGES;
}

function post(driver: DriverQueue, payloadBytes: number): void {
  for (let slot = 0; slot < BATCH; slot++) {
    const at = 0x10_0000n + BigInt(slot * SLOT_BYTES);
    driver.add([
      { address: at, bytes: XFER_BYTES, writable: false },
      { address: at + 64n, bytes: payloadBytes, writable: false },
      { address: at + 0xf000n, bytes: STATUS_BYTES, writable: true },
    ]);
  }
}

function median(values: readonly number[]): number {
  const inOrder = [...values].sort((one, other) => one - other);
  return inOrder[Math.floor(inOrder.length / 2)] ?? Number.NaN;
}
