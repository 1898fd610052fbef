/** Every bound on what a guest, a file, a peer or a user can make grow. Reaching one is recorded, never silent. */
export const LIMITS = {
  /** Largest virtqueue. Spec: 2.7 */
  queueSize: 32768,
  /** Descriptors of all chains that the device holds of one queue; a chain that would exceed it is cut. */
  descriptorsInFlight: 262_144,
  /** Streams, jacks, channel maps and control elements that a topology may have. */
  streams: 64,
  jacks: 64,
  chmaps: 64,
  controls: 256,
  /** Mistakes in one device description that are named. */
  topologyErrors: 50,
  /** Readable bytes of a control request that are copied and recorded; the largest valid one is a 64 KiB TLV. */
  requestBytes: 66_000,
  /** Bytes of a reply that are recorded. */
  replyBytes: 66_000,
  /** Payload of one I/O message; a longer one is answered with an error. */
  payloadBytes: 16 * 1024 * 1024,
  /** Messages that wait on one stream. Never more than the queue holds, unless the guest breaks the ring's rules. */
  pendingMessages: 32768,
  /** What posted output messages held, kept until it is compared with what they hold when they are played. */
  postedBytes: 64 * 1024 * 1024,
  /** Ranges of one message's bytes that were written late; the last takes all that follow. */
  changedRanges: 16,
  /** Marks that are kept of one run’s sound, and that one request may ask for. */
  contentMarks: 10_000,
  marksPerRequest: 2000,
  /** Events that wait for a buffer of the event queue. */
  pendingEvents: 256,
  /** `buffer_bytes` that SET_PARAMS may ask for. */
  bufferBytes: 64 * 1024 * 1024,
  /** Messages that the checker of rules follows at a time. */
  heldMessages: 65_536,
  /** Chains that one kick handles before other work gets a turn. */
  chainsPerKick: 4096,
  /** Violations of one rule that are recorded one by one; later ones are only counted. */
  violationsPerRule: 1000,
  /** Lines of each kind that the report of an import names. */
  reportItems: 200,
  /** Devices and virtqueues of a trace that are told apart. */
  tracePointers: 4096,
  /** Bytes of one vhost-user message's payload. */
  vhostUserPayloadBytes: 4096,
  /** Descriptors that come with one vhost-user message: as many as the kernel passes at once. */
  vhostUserDescriptors: 253,
  /** vhost-user messages that are answered before other work gets a turn. */
  vhostUserMessagesPerTurn: 64,
  /** Timers that run before other work gets a turn. */
  timersPerTurn: 256,
  /** Descriptors that a loop takes from the kernel at once. */
  eventsPerTurn: 64,
  /** Memory regions of a guest. */
  memoryRegions: 512,
  /** Times without any traffic that are told. */
  idleTimes: 10_000,
  /** Marks that the user may set in one capture, changes of theirs that wait for a save, and letters of a mark's text. */
  userMarks: 10_000,
  /** Colours that a mark may have. */
  markColours: 8,
  markLetters: 2000,
  /** Entries of an indirect table, and times that a slot was taken again too early, that one request tells. */
  indirectShown: 256,
  reusesShown: 200,
  /** Rows, columns or frames that one request of a view may ask for. */
  rowsPerRequest: 10_000,
  pixelsPerRequest: 16_384,
  framesPerRequest: 1_000_000,
  /** Layers beside a session; series, events, texts of faults and named problems of one, and bytes of one of its lines. */
  layers: 8,
  layerSeries: 64,
  layerRows: 2_000_000,
  layerTexts: 10_000,
  layerProblems: 5,
  layerLineBytes: 4096,
  /** Of a layer so much is taken in at once: some milliseconds, in the thread of a device. */
  layerSliceBytes: 128 * 1024,
  /** Pages that one server on loopback links to its host at a time. */
  pages: 32,
  /** Bytes of one slice of a file that a page hands over. */
  handedSliceBytes: 4 * 1024 * 1024,
  /** Bytes of one RPC packet. */
  packetBytes: 32 * 1024 * 1024,
  /** A capture on disk: this, or a fifth of what is free when it begins, whichever is less. */
  captureBytes: 16 * 1024 ** 3,
  captureShare: 0.2,
  /** With less room than this a capture keeps hashes in place of PCM, so that the rest of the story still fits. */
  shortRoomBytes: 32 * 1024 * 1024,
  /** Unsaved captures of killed processes that are kept, and their bytes together. */
  unsavedCaptures: 10,
  unsavedBytes: 16 * 1024 ** 3,
  /** In-memory capture: bytes kept when there is no disk to keep them on. */
  memoryStoreBytes: 512 * 1024 * 1024,
  /** Files that one WAV sink creates. */
  wavFiles: 10_000,
  /** Chunks of a WAV file that are looked at on the way to its samples. */
  wavChunks: 1000,
  /** Frames that one call of a source hands over; more are handed over in several calls. */
  framesPerPush: 65_536,
  /** What a playback stream played and loopback has not recorded yet. */
  loopbackBytes: 4 * 1024 * 1024,
  /** Peaks of one track: about 24 hours of 48 kHz stereo. */
  pyramidBytes: 256 * 1024 * 1024,
  /** One line of QMP: the memory map of a guest with many devices takes hundreds of kilobytes. */
  qmpLineBytes: 16 * 1024 * 1024,
  /** Commands that wait for QEMU, and commands that it is sent in a second at most. */
  qmpCommandsWaiting: 64,
  qmpCommandsPerSecond: 200,
  /** Times a second that QEMU is asked for the indexes of its queues. */
  qemuSamplesPerSecond: 20,
  /** virtio-sound devices of one QEMU, and QEMU processes that are looked for. */
  qemuDevices: 64,
  qemuProcesses: 256,
  /** Bytes of QEMU's trace that one look takes, about ten thousand lines. */
  traceBytesPerTurn: 1024 * 1024,
  /** Payloads of one queue that are followed at a time, and how many bytes of one are copied. */
  observedPayloads: 4096,
} as const;
