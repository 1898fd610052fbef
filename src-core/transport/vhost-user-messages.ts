/** vhost-user messages as tables: codes, names, payloads, descriptors, answers. No behaviour.
 *  All numbers are in the machine's byte order, and we run on little-endian machines only.
 *
 *      request (32) | flags (32) | payload bytes (32) | payload            flags: version 1, reply, need_reply
 *
 *  Spec: vhost-user protocol, "Message Specification" and "Front-end message types" */
import { type Struct, struct } from '../spec/layout.ts';

export const HEADER = struct('vhost_user_header', {
  request: 'le32',
  flags: 'le32',
  payloadBytes: 'le32',
});
export const VERSION_MASK = 3;
export const VERSION = 1;
export const REPLY_FLAG = 4;
export const NEED_REPLY_FLAG = 8;

/** Set in the payload of SET_VRING_KICK, CALL and ERR when no descriptor comes with it: the ring is polled. */
export const VRING_NOFD = 0x100n;
export const VRING_INDEX_MASK = 0xffn;

export const U64 = struct('u64', { value: 'le64' });
export const VRING_STATE = struct('vhost_vring_state', { index: 'le32', num: 'le32' });
export const VRING_ADDR = struct('vhost_vring_addr', {
  index: 'le32',
  flags: 'le32',
  descriptor: 'le64',
  used: 'le64',
  available: 'le64',
  log: 'le64',
});
/** In front of the regions of SET_MEM_TABLE. */
export const MEMORY_HEADER = struct('vhost_user_memory', { count: 'le32', padding: 'pad4' });
export const MEMORY_REGION = struct('vhost_user_memory_region', {
  guestAddress: 'le64',
  widthBytes: 'le64',
  userAddress: 'le64',
  mmapOffset: 'le64',
});
/** ADD_MEM_REG, REM_MEM_REG. */
export const SINGLE_REGION = struct('vhost_user_single_mem_region', {
  padding: 'pad8',
  guestAddress: 'le64',
  widthBytes: 'le64',
  userAddress: 'le64',
  mmapOffset: 'le64',
});
/** In front of the bytes of configuration space. */
export const CONFIG_HEADER = struct('vhost_user_config', {
  offset: 'le32',
  size: 'le32',
  flags: 'le32',
});
/** The largest configuration space that the protocol carries. */
export const CONFIG_MAX_BYTES = 256;
export const INFLIGHT = struct('vhost_user_inflight', {
  mmapBytes: 'le64',
  mmapOffset: 'le64',
  queues: 'le16',
  queueSize: 'le16',
});

/** Bits of GET_PROTOCOL_FEATURES that we know by name; we offer some (vhost-user-backend.ts). */
export const PROTOCOL_FEATURES = {
  MQ: 0,
  LOG_SHMFD: 1,
  RARP: 2,
  REPLY_ACK: 3,
  MTU: 4,
  BACKEND_REQ: 5,
  CROSS_ENDIAN: 6,
  CRYPTO_SESSION: 7,
  PAGEFAULT: 8,
  CONFIG: 9,
  BACKEND_SEND_FD: 10,
  HOST_NOTIFIER: 11,
  INFLIGHT_SHMFD: 12,
  RESET_DEVICE: 13,
  INBAND_NOTIFICATIONS: 14,
  CONFIGURE_MEM_SLOTS: 15,
  STATUS: 16,
  XEN_MMAP: 17,
  SHARED_OBJECT: 18,
  DEVICE_STATE: 19,
  GET_VRING_BASE_INFLIGHT: 20,
  GPA_ADDRESSES: 21,
  SHMEM: 22,
} as const;
export type ProtocolFeature = keyof typeof PROTOCOL_FEATURES;

export interface Request {
  readonly code: number;
  readonly name: string;
  /** What the payload begins with. */
  readonly payload?: Pick<Struct<unknown>, 'name' | 'widthBytes'>;
  /** Descriptors that may come with it; more are closed. */
  readonly mostFds?: number;
  /** Answered always, with a payload of its own; others are acknowledged when asked for. */
  readonly isAnswered?: boolean;
  /** Of devices other than sound. */
  readonly isForeign?: boolean;
}

/** Spec: "Front-end message types" */
const TABLE = {
  GET_FEATURES: { code: 1, isAnswered: true },
  SET_FEATURES: { code: 2, payload: U64 },
  SET_OWNER: { code: 3 },
  RESET_OWNER: { code: 4 },
  SET_MEM_TABLE: { code: 5, payload: MEMORY_HEADER, mostFds: 253 },
  SET_LOG_BASE: { code: 6, mostFds: 1 },
  SET_LOG_FD: { code: 7, mostFds: 1 },
  SET_VRING_NUM: { code: 8, payload: VRING_STATE },
  SET_VRING_ADDR: { code: 9, payload: VRING_ADDR },
  SET_VRING_BASE: { code: 10, payload: VRING_STATE },
  GET_VRING_BASE: { code: 11, payload: VRING_STATE, isAnswered: true },
  SET_VRING_KICK: { code: 12, payload: U64, mostFds: 1 },
  SET_VRING_CALL: { code: 13, payload: U64, mostFds: 1 },
  SET_VRING_ERR: { code: 14, payload: U64, mostFds: 1 },
  GET_PROTOCOL_FEATURES: { code: 15, isAnswered: true },
  SET_PROTOCOL_FEATURES: { code: 16, payload: U64 },
  GET_QUEUE_NUM: { code: 17, isAnswered: true },
  SET_VRING_ENABLE: { code: 18, payload: VRING_STATE },
  SEND_RARP: { code: 19, isForeign: true },
  NET_SET_MTU: { code: 20, isForeign: true },
  SET_BACKEND_REQ_FD: { code: 21, mostFds: 1 },
  IOTLB_MSG: { code: 22 },
  SET_VRING_ENDIAN: { code: 23 },
  GET_CONFIG: { code: 24, payload: CONFIG_HEADER, isAnswered: true },
  SET_CONFIG: { code: 25, payload: CONFIG_HEADER },
  CREATE_CRYPTO_SESSION: { code: 26, isForeign: true },
  CLOSE_CRYPTO_SESSION: { code: 27, isForeign: true },
  POSTCOPY_ADVISE: { code: 28 },
  POSTCOPY_LISTEN: { code: 29 },
  POSTCOPY_END: { code: 30 },
  GET_INFLIGHT_FD: { code: 31, payload: INFLIGHT, isAnswered: true },
  SET_INFLIGHT_FD: { code: 32, payload: INFLIGHT, mostFds: 1 },
  GPU_SET_SOCKET: { code: 33, mostFds: 1, isForeign: true },
  RESET_DEVICE: { code: 34 },
  VRING_KICK: { code: 35 },
  GET_MAX_MEM_SLOTS: { code: 36, isAnswered: true },
  ADD_MEM_REG: { code: 37, payload: SINGLE_REGION, mostFds: 1 },
  REM_MEM_REG: { code: 38, payload: SINGLE_REGION },
  SET_STATUS: { code: 39, payload: U64 },
  GET_STATUS: { code: 40, isAnswered: true },
  GET_SHARED_OBJECT: { code: 41 },
  SET_DEVICE_STATE_FD: { code: 42, mostFds: 1 },
  CHECK_DEVICE_STATE: { code: 43 },
  GET_SHMEM_CONFIG: { code: 44 },
} as const satisfies Record<string, Omit<Request, 'name'>>;

export type RequestName = keyof typeof TABLE;

/** Requests by name, each with its name. */
export const REQUESTS: Readonly<Record<RequestName, Request & { name: RequestName }>> =
  Object.fromEntries(
    Object.entries(TABLE).map(([name, row]) => [name, { name, ...row }]),
  ) as Record<RequestName, Request & { name: RequestName }>;

const BY_CODE = new Map(Object.values(REQUESTS).map((request) => [request.code, request]));

/** `undefined` for a code that the protocol did not have when this was written. */
export function requestOf(code: number): (Request & { name: RequestName }) | undefined {
  return BY_CODE.get(code);
}

/** For people: `SET_MEM_TABLE`, or `request 99`. */
export function requestName(code: number): string {
  return BY_CODE.get(code)?.name ?? `request ${code}`;
}

/** A message that we ask the front-end's side with, over the channel of SET_BACKEND_REQ_FD. */
export const BACKEND_CONFIG_CHANGE = 2;

/** A whole message. `flags` without the version. */
export function encodeMessage(request: number, flags: number, payload: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(HEADER.widthBytes + payload.length);
  HEADER.writeInto(bytes, 0, { request, flags: flags | VERSION, payloadBytes: payload.length });
  bytes.set(payload, HEADER.widthBytes);
  return bytes;
}

/** An answer to `request`: the only flags that QEMU accepts are version and reply. */
export function encodeReply(request: number, payload: Uint8Array): Uint8Array {
  return encodeMessage(request, REPLY_FLAG, payload);
}
