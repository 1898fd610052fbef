/** libasound, called through koffi: what plays and records on Linux, be it on a card, through PipeWire or PulseAudio. Loaded at
 *  the first call; a system without it gets a sentence. Calls answer as the library does: a result, or minus an error
 *  number. Handles are numbers, which hold every user address exactly. Names are those of ALSA's PCM interface. */
import { createRequire } from 'node:module';

type Koffi = typeof import('koffi');
type Library = ReturnType<Koffi['load']>;
type Native = ReturnType<Library['func']>;

/** A `snd_pcm_t *`. */
export type PcmHandle = number;

export const PLAYBACK = 0;
export const CAPTURE = 1;

/** Error numbers of Linux that mean something to a stream. */
export const EAGAIN = 11;
const EINVAL = 22;
export const EPIPE = 32;
export const ESTRPIPE = 86;

/** `revents` of a stream, as poll(2) has them. */
export const STREAM_READY_TO_READ = 1;
export const STREAM_READY_TO_WRITE = 4;

export interface HwParams {
  /** ALSA's number of the format. */
  readonly format: number;
  readonly rateHz: number;
  readonly channels: number;
  readonly periodFrames: number;
  readonly bufferFrames: number;
}

export interface Configured {
  readonly periodFrames: number;
  readonly bufferFrames: number;
}

export interface SwParams {
  /** Frames of room (playback) or of data (capture) that make the stream ready. */
  readonly availMinFrames: number;
  /** Frames in the buffer that start the stream by themselves. */
  readonly startThresholdFrames: number;
}

/** One line of `snd_device_name_hint`. */
export interface DeviceHint {
  readonly name: string;
  readonly description: string;
  /** `Input` or `Output`; empty when it is both. */
  readonly direction: string;
}

export interface Libasound {
  /** Opens without blocking. */
  open(device: string, direction: number): PcmHandle;
  close(pcm: PcmHandle): number;
  /** Whether the stream takes these without conversion of its own. Changes nothing. */
  accepts(pcm: PcmHandle, params: HwParams): boolean;
  /** Interleaved access and these parameters exactly, the sizes as near as can be. Gives what was chosen. */
  configure(pcm: PcmHandle, params: HwParams): Configured | number;
  setSwParams(pcm: PcmHandle, params: SwParams): number;
  prepare(pcm: PcmHandle): number;
  start(pcm: PcmHandle): number;
  drop(pcm: PcmHandle): number;
  /** Frames of room or of data. */
  available(pcm: PcmHandle): number;
  /** Frames until a frame written now is heard, or since a frame read now came in. */
  delay(pcm: PcmHandle): number;
  write(pcm: PcmHandle, data: Uint8Array, frames: number): number;
  read(pcm: PcmHandle, into: Uint8Array, frames: number): number;
  /** Descriptors to poll, with the events to poll them for. */
  pollDescriptors(pcm: PcmHandle): { fd: number; events: number }[];
  /** What events on those descriptors mean for the stream; `revents` in the order of `pollDescriptors`. */
  streamEvents(pcm: PcmHandle, revents: readonly number[]): number;
  /** The stream and all that is below it, as text. */
  dump(pcm: PcmHandle): string;
  devices(): DeviceHint[];
  errorText(error: number): string;
}

let loaded: Libasound | string | undefined;

/** The library, or why there is none. */
export function libasound(): Libasound | string {
  loaded ??= load();
  return loaded;
}

function load(): Libasound | string {
  if (process.platform !== 'linux') return `ALSA is a part of Linux; this is ${process.platform}`;
  try {
    const koffi: Koffi = createRequire(import.meta.url)('koffi');
    const library = koffi.load('libasound.so.2');
    silenceMessages(koffi, library);
    return {
      ...openingCalls(library),
      ...parameterCalls(library),
      ...runningCalls(library),
      ...pollingCalls(library),
      ...textCalls(koffi, library),
    };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return `libasound cannot be loaded (${reason}); it is in the package libasound2`;
  }
}

const NON_BLOCKING = 1;
const INTERLEAVED = 3;
/** Above this libasound does not answer: it ends the process. */
const MOST_FORMAT = 63;
const POLLFD_BYTES = 8;

function openingCalls(library: Library) {
  const open = library.func('int snd_pcm_open(void *pcm, const char *name, int stream, int mode)');
  const close = library.func('int snd_pcm_close(uintptr_t pcm)');
  return {
    open: (device: string, direction: number): number => {
      const slot = new BigUint64Array(1);
      const failed: number = open(slot, device, direction, NON_BLOCKING);
      return failed < 0 ? failed : Number(slot[0]);
    },
    close: (pcm: PcmHandle): number => close(pcm),
  };
}

function parameterCalls(library: Library) {
  const set = hwSetters(library);
  const apply = library.func('int snd_pcm_hw_params(uintptr_t pcm, uintptr_t params)');
  const buffer = library.func('int snd_pcm_hw_params_get_buffer_size(uintptr_t p, void *frames)');
  const period = library.func(
    'int snd_pcm_hw_params_get_period_size(uintptr_t p, void *frames, void *direction)',
  );
  const withHw = scoped(library, 'snd_pcm_hw_params');
  return {
    accepts: (pcm: PcmHandle, params: HwParams) =>
      withHw((p) => firstFailure(set.shape(pcm, p, params))) >= 0,
    configure: (pcm: PcmHandle, params: HwParams): Configured | number => {
      const sizes = { periodFrames: 0, bufferFrames: 0 };
      const failed = withHw((p) => {
        const refused = firstFailure(set.shape(pcm, p, params));
        if (refused < 0) return refused;
        set.sizes(pcm, p, params);
        const applied: number = apply(pcm, p);
        sizes.periodFrames = outFrames((slot) => period(p, slot, null));
        sizes.bufferFrames = outFrames((slot) => buffer(p, slot));
        return applied;
      });
      return failed < 0 ? failed : sizes;
    },
    setSwParams: swParams(library),
  };
}

function hwSetters(library: Library) {
  const all = library.func('int snd_pcm_hw_params_any(uintptr_t pcm, uintptr_t params)');
  const setter = (name: string) =>
    library.func(`int snd_pcm_hw_params_set_${name}(uintptr_t pcm, uintptr_t params, uint value)`);
  const access = setter('access');
  const format = setter('format');
  const channels = setter('channels');
  const rate = library.func(
    'int snd_pcm_hw_params_set_rate(uintptr_t pcm, uintptr_t params, uint value, int direction)',
  );
  const near = (name: string, more: string) =>
    library.func(
      `int snd_pcm_hw_params_set_${name}_near(uintptr_t pcm, uintptr_t p, void *n${more})`,
    );
  const period = near('period_size', ', void *direction');
  const buffer = near('buffer_size', '');
  return {
    /** Makes one call after the other, for as long as their results are asked for. */
    *shape(pcm: PcmHandle, p: number, params: HwParams): Generator<number> {
      yield all(pcm, p);
      yield access(pcm, p, INTERLEAVED);
      yield params.format <= MOST_FORMAT ? format(pcm, p, params.format) : -EINVAL;
      yield channels(pcm, p, params.channels);
      yield rate(pcm, p, params.rateHz, 0);
    },
    sizes: (pcm: PcmHandle, p: number, params: HwParams): void => {
      period(pcm, p, BigUint64Array.of(BigInt(params.periodFrames)), null);
      buffer(pcm, p, BigUint64Array.of(BigInt(params.bufferFrames)));
    },
  };
}

function swParams(library: Library) {
  const withSw = scoped(library, 'snd_pcm_sw_params');
  const take = library.func('int snd_pcm_sw_params_current(uintptr_t pcm, uintptr_t params)');
  const apply = library.func('int snd_pcm_sw_params(uintptr_t pcm, uintptr_t params)');
  const setter = (name: string) =>
    library.func(
      `int snd_pcm_sw_params_set_${name}(uintptr_t pcm, uintptr_t params, ulong frames)`,
    );
  const availMin = setter('avail_min');
  const threshold = setter('start_threshold');
  return (pcm: PcmHandle, params: SwParams): number =>
    withSw((p) => {
      const failed: number = take(pcm, p);
      if (failed < 0) return failed;
      availMin(pcm, p, params.availMinFrames);
      threshold(pcm, p, params.startThresholdFrames);
      return apply(pcm, p);
    });
}

function runningCalls(library: Library) {
  const one = (name: string): ((pcm: PcmHandle) => number) =>
    library.func(`int snd_pcm_${name}(uintptr_t pcm)`);
  const available = library.func('long snd_pcm_avail_update(uintptr_t pcm)');
  const delay = library.func('int snd_pcm_delay(uintptr_t pcm, void *frames)');
  const write = library.func('long snd_pcm_writei(uintptr_t pcm, void *data, ulong frames)');
  const read = library.func('long snd_pcm_readi(uintptr_t pcm, void *data, ulong frames)');
  const slot = new BigInt64Array(1);
  return {
    prepare: one('prepare'),
    start: one('start'),
    drop: one('drop'),
    available: (pcm: PcmHandle): number => available(pcm),
    delay: (pcm: PcmHandle): number => {
      const failed: number = delay(pcm, slot);
      return failed < 0 ? failed : Number(slot[0]);
    },
    write: (pcm: PcmHandle, data: Uint8Array, frames: number): number => write(pcm, data, frames),
    read: (pcm: PcmHandle, into: Uint8Array, frames: number): number => read(pcm, into, frames),
  };
}

function pollingCalls(library: Library) {
  const count = library.func('int snd_pcm_poll_descriptors_count(uintptr_t pcm)');
  const get = library.func('int snd_pcm_poll_descriptors(uintptr_t pcm, void *fds, uint space)');
  const translate = library.func(
    'int snd_pcm_poll_descriptors_revents(uintptr_t pcm, void *fds, uint n, void *revents)',
  );
  const descriptors = (pcm: PcmHandle): DataView => {
    const wanted = Math.max(0, count(pcm));
    const view = new DataView(new ArrayBuffer(wanted * POLLFD_BYTES));
    if (wanted > 0) get(pcm, new Uint8Array(view.buffer), wanted);
    return view;
  };
  return {
    pollDescriptors: (pcm: PcmHandle) => {
      const view = descriptors(pcm);
      return Array.from({ length: view.byteLength / POLLFD_BYTES }, (_, i) => ({
        fd: view.getInt32(i * POLLFD_BYTES, true),
        events: view.getInt16(i * POLLFD_BYTES + 4, true),
      }));
    },
    streamEvents: (pcm: PcmHandle, revents: readonly number[]): number => {
      const view = descriptors(pcm);
      const known = Math.min(revents.length, view.byteLength / POLLFD_BYTES);
      for (let i = 0; i < known; i++) view.setInt16(i * POLLFD_BYTES + 6, revents[i] ?? 0, true);
      const found = new Uint16Array(1);
      const failed: number = translate(pcm, new Uint8Array(view.buffer), known, found);
      return failed < 0 ? failed : (found[0] ?? 0);
    },
  };
}

function textCalls(koffi: Koffi, library: Library) {
  const open = library.func('int snd_output_buffer_open(void *output)');
  const text = library.func('size_t snd_output_buffer_string(uintptr_t output, void *text)');
  const close = library.func('int snd_output_close(uintptr_t output)');
  const dump = library.func('int snd_pcm_dump(uintptr_t pcm, uintptr_t output)');
  const errorText = library.func('const char *snd_strerror(int error)');
  return {
    dump: (pcm: PcmHandle): string => {
      const slot = new BigUint64Array(1);
      if (open(slot) < 0) return '';
      const output = Number(slot[0]);
      dump(pcm, output);
      const bytes = Number(text(output, slot));
      const dumped: string = bytes > 0 ? koffi.decode.string(slot[0], bytes) : '';
      close(output);
      return dumped;
    },
    devices: deviceHints(koffi, library),
    errorText: (error: number): string => errorText(error),
  };
}

/** Devices that a list can hold: more than anybody has. */
const MOST_HINTS = 1000;

function deviceHints(koffi: Koffi, library: Library): () => DeviceHint[] {
  const list = library.func('int snd_device_name_hint(int card, const char *what, void *hints)');
  const free = library.func('int snd_device_name_free_hint(uintptr_t hints)');
  const get = library.func('char *! snd_device_name_get_hint(uintptr_t hint, const char *id)');
  return () => {
    const slot = new BigUint64Array(1);
    if (list(-1, 'pcm', slot) < 0) return [];
    const hints = Number(slot[0]);
    const found: DeviceHint[] = [];
    for (let i = 0; i < MOST_HINTS; i++) {
      const hint = Number(koffi.decode.uint64(BigInt(hints + 8 * i)));
      if (hint === 0) break;
      const word = (id: string): string => get(hint, id) ?? '';
      found.push({ name: word('NAME'), description: word('DESC'), direction: word('IOID') });
    }
    free(hints);
    return found;
  };
}

/** libasound prints its errors to standard error, which is ours. What matters comes as error numbers, so its printer is
 *  replaced by a C function that ignores the arguments; one of ours could be called from a thread of the library's. */
function silenceMessages(koffi: Koffi, library: Library): void {
  try {
    const set = library.func('int snd_lib_error_set_handler(uintptr_t handler)');
    set(Number(koffi.load(null).symbol('labs')));
  } catch {
    // A libasound without this call prints what it likes.
  }
}

/** Allocates the parameters of `kind`, and frees them when `use` is done. */
function scoped(library: Library, kind: string): (use: (params: number) => number) => number {
  const allocate: Native = library.func(`int ${kind}_malloc(void *params)`);
  const free: Native = library.func(`void ${kind}_free(uintptr_t params)`);
  return (use) => {
    const slot = new BigUint64Array(1);
    const failed: number = allocate(slot);
    if (failed < 0) return failed;
    const params = Number(slot[0]);
    try {
      return use(params);
    } finally {
      free(params);
    }
  };
}

/** The first negative result; what comes behind it is not called any more. */
function firstFailure(results: Generator<number>): number {
  for (const result of results) if (result < 0) return result;
  return 0;
}

/** What a call wrote as its number of frames. */
function outFrames(call: (slot: BigUint64Array) => number): number {
  const slot = new BigUint64Array(1);
  return call(slot) < 0 ? 0 : Number(slot[0]);
}
