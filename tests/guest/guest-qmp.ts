// The least of QMP that tests need: commands and their answers, over a stream that QEMU was given.
import { createInterface } from 'node:readline';
import type { Duplex } from 'node:stream';

interface Packet {
  readonly id?: number;
  readonly return?: unknown;
  readonly error?: { readonly desc: string };
  readonly event?: string;
}

interface Pending {
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: Error) => void;
}

export class GuestQmp {
  /** Names of the events so far (STOP, RESET, SHUTDOWN, …), oldest first. */
  readonly events: string[] = [];
  #nextId = 0;
  readonly #stream: Duplex;
  readonly #pending = new Map<number, Pending>();

  constructor(stream: Duplex) {
    this.#stream = stream;
    // A QEMU that is killed breaks the stream, and the reader of lines says so again; `close` tells it to those who wait.
    stream.on('error', () => {});
    stream.on('close', () => this.#fail());
    const lines = createInterface({ input: stream });
    lines.on('error', () => {});
    lines.on('line', (line) => this.#receive(JSON.parse(line)));
    this.execute('qmp_capabilities').catch(() => {});
  }

  /** Resolves with QEMU's answer; rejects where QEMU refuses the command or ends first. */
  execute(command: string, args: Readonly<Record<string, unknown>> = {}): Promise<unknown> {
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      if (this.#stream.destroyed) {
        reject(new Error(`QEMU has ended; it cannot execute ${command}`));
        return;
      }
      this.#pending.set(id, { resolve, reject });
      this.#stream.write(`${JSON.stringify({ execute: command, arguments: args, id })}\n`);
    });
  }

  #receive(packet: Packet): void {
    if (packet.event !== undefined) this.events.push(packet.event);
    if (packet.id === undefined) return;
    const pending = this.#pending.get(packet.id);
    this.#pending.delete(packet.id);
    if (packet.error) pending?.reject(new Error(`QMP: ${packet.error.desc}`));
    else pending?.resolve(packet.return);
  }

  #fail(): void {
    for (const { reject } of this.#pending.values()) reject(new Error('QEMU ended first'));
    this.#pending.clear();
  }
}
