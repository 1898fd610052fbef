/** GET_CONFIG: the device's configuration space, as a front-end asks for it.
 *  Spec: vhost-user, "Virtio device config space" */
import { hasFeature, VIRTIO_SND_F_CTLS } from '../spec/ring.ts';
import { SND_CONFIG } from '../spec/sound.ts';
import type { DeviceSide } from './transport.ts';
import type { Outcome } from './vhost-user-host.ts';
import { CONFIG_HEADER, CONFIG_MAX_BYTES } from './vhost-user-messages.ts';

/** "Back-end's payload size MUST match the front-end's request; zero length of payload indicates an error." What lies
 *  behind our configuration space reads as zero: QEMU 9.1 and 9.2 always ask for the fields of VIRTIO_SND_F_CTLS. */
export function readConfigFor(device: DeviceSide, payload: Uint8Array): Outcome {
  const header = CONFIG_HEADER.read(payload);
  const room = payload.length - CONFIG_HEADER.widthBytes;
  if (header === undefined || header.size > room) return 'it has no room for what it asks';
  const { offset, size } = header;
  if (offset + size > CONFIG_MAX_BYTES) return `it asks for bytes ${offset} to ${offset + size}`;
  const answered = new Uint8Array(payload.length);
  CONFIG_HEADER.writeInto(answered, 0, header);
  answered.set(device.readConfig(offset, size).subarray(0, size), CONFIG_HEADER.widthBytes);
  return { payload: answered };
}

/** What is odd about the bytes asked for, as a sentence for people. */
export function oddConfigRead(device: DeviceSide, payload: Uint8Array): string | undefined {
  const { offset = 0, size = 0 } = CONFIG_HEADER.read(payload) ?? {};
  const whole = SND_CONFIG.widthBytes;
  if (offset + size > whole) {
    return (
      `The front-end reads ${offset + size} bytes of configuration; a sound device has ${whole} at most. ` +
      'Is it for another kind of device than vhost-user-snd?'
    );
  }
  const hasControls = hasFeature(device.offeredFeatures(), VIRTIO_SND_F_CTLS);
  if (hasControls && offset === 0 && size > 4 && size < whole) {
    return 'The device has control elements, but the front-end does not know of them. Give QEMU’s device controls=on.';
  }
  return undefined;
}
