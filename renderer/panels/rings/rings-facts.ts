/** The numbers beside a ring, with what each means, and the places that they point at. Spec: 2.7.6-2.7.10, 2.8.10, 2.8.14 */
import { VIRTQ_AVAIL_F_NO_INTERRUPT, VIRTQ_USED_F_NO_NOTIFY } from '../../../src-core/spec/ring.ts';
import { formatBytes, formatCount } from '../../ui/format.ts';
import {
  hexAddress,
  idxDistance,
  type RingFact,
  type RingFactGroup,
  type RingPointer,
  slotOf,
} from './rings-model.ts';
import type { EventSuppression, PackedRing } from './rings-packed.ts';
import type { SplitRing } from './rings-split.ts';

export type Ring = SplitRing | PackedRing;

/** Everything that is one number, in groups: counts first, then what each side says, then where the areas are. */
export function ringFacts(ring: Ring): readonly RingFactGroup[] {
  const sides = ring.kind === 'split' ? splitSides(ring) : packedSides(ring);
  return [{ title: 'Now', facts: counts(ring) }, ...sides, addressFacts(ring)];
}

/** The same as one row over the tables of a ring: each table with the numbers that are about it. */
export function ringRow(ring: Ring): readonly RingFactGroup[] {
  const [now, driver, device] = ringFacts(ring);
  const facts = (group: RingFactGroup | undefined, name?: string) =>
    (group?.facts ?? []).map((fact) =>
      fact.label === 'idx' && name !== undefined ? { ...fact, label: `${name} idx` } : fact,
    );
  if (ring.kind === 'packed') {
    return [
      { title: 'Descriptor ring', facts: facts(now) },
      { title: 'Driver event suppression', facts: facts(driver) },
      { title: 'Device', facts: facts(device) },
    ];
  }
  return [
    { title: 'Avail ring', facts: facts(driver, 'avail') },
    { title: 'Descriptor table', facts: facts(now) },
    { title: 'Used ring', facts: facts(device, 'used') },
  ];
}

/** Where each table lies: descriptors, driver area, device area. */
export function addressesOf(ring: Ring): readonly RingFact[] {
  return addressFacts(ring).facts;
}

/** Where the indexes point, for the circle and for the marks beside the slots. */
export function ringPointers(ring: Ring): readonly RingPointer[] {
  if (ring.kind === 'packed') {
    return [
      { mark: 'last', slot: ring.availSlot },
      { mark: 'used', slot: ring.usedSlot },
    ];
  }
  const at = (idx: number) => slotOf(idx, ring.size);
  return [
    { mark: 'avail', slot: at(ring.availIdx) },
    { mark: 'last', slot: at(ring.lastAvailIdx) },
    { mark: 'used', slot: at(ring.usedIdx) },
  ];
}

function counts(ring: Ring): readonly RingFact[] {
  const isPacked = ring.kind === 'packed';
  return [
    {
      label: 'waiting',
      value: formatCount(ring.waiting),
      means: 'Buffers that the driver made available and the device has not popped.',
    },
    {
      label: 'in flight',
      value: formatCount(ring.inFlight),
      means: 'Buffers that the device popped and has not given back.',
    },
    {
      label: 'free',
      value: `${formatCount(ring.freeDescriptors)} of ${formatCount(ring.size)}`,
      means: isPacked
        ? 'Slots that belong to no waiting buffer and to none in flight.'
        : 'Descriptors that belong to no waiting chain and to none in flight. The driver may still have to look at the used ring.',
      grade: 'derived',
    },
  ];
}

function splitSides(ring: SplitRing): readonly RingFactGroup[] {
  return [
    {
      title: 'Driver writes (avail ring)',
      facts: [
        indexFact('idx', ring.availIdx, ring.size, 'Where the driver puts the next head.'),
        {
          label: 'flags',
          value: String(ring.availFlags),
          means: availFlagsMeaning(ring),
        },
        interruptFact(ring),
      ],
    },
    {
      title: 'Device writes (used ring)',
      facts: [
        indexFact('last avail', ring.lastAvailIdx, ring.size, 'Where the device reads next.'),
        indexFact('idx', ring.usedIdx, ring.size, 'Where the device puts the next used element.'),
        {
          label: 'flags',
          value: String(ring.usedFlags),
          means: usedFlagsMeaning(ring),
        },
        kickFact(ring),
      ],
    },
  ];
}

function indexFact(label: string, idx: number, size: number, means: string): RingFact {
  const slot = slotOf(idx, size);
  const text = `${means} It runs freely to 65 535: slot ${slot} is ${idx} mod ${size}.`;
  return { label, value: formatCount(idx), slot, means: text };
}

function availFlagsMeaning({ eventIdx, availFlags }: SplitRing): string {
  if (eventIdx) return 'Not used with VIRTIO_RING_F_EVENT_IDX; used_event stands in its place.';
  return (availFlags & VIRTQ_AVAIL_F_NO_INTERRUPT) !== 0
    ? 'NO_INTERRUPT: the driver asks for no interrupts.'
    : 'The driver asks for an interrupt after each used element.';
}

function usedFlagsMeaning({ eventIdx, usedFlags }: SplitRing): string {
  if (eventIdx) return 'Not used with VIRTIO_RING_F_EVENT_IDX; avail_event stands in its place.';
  return (usedFlags & VIRTQ_USED_F_NO_NOTIFY) !== 0
    ? 'NO_NOTIFY: the device asks for no kicks.'
    : 'The device asks for a kick after each new head.';
}

function interruptFact(ring: SplitRing): RingFact {
  const label = 'used_event';
  if (!ring.eventIdx) return notNegotiated(label);
  const more = idxDistance(ring.usedIdx, ring.usedEvent + 1);
  const isNear = more >= 1 && more <= ring.size;
  const means = isNear
    ? `an interrupt comes with the ${ordinal(more)} used element from now`
    : 'no interrupt comes until the driver moves it';
  const note = isNear ? `interrupt in ${more}` : 'no interrupt';
  return eventFact(label, ring.usedEvent, ring.size, means, note);
}

function kickFact(ring: SplitRing): RingFact {
  const label = 'avail_event';
  if (!ring.eventIdx) return notNegotiated(label);
  const more = idxDistance(ring.availIdx, ring.availEvent + 1);
  const isNear = more >= 1 && more <= ring.size;
  const means = isNear
    ? `a kick comes with the ${ordinal(more)} head from now`
    : 'no kick comes until the device moves it';
  const note = isNear ? `kick in ${more}` : 'no kick';
  return eventFact(label, ring.availEvent, ring.size, means, note);
}

function eventFact(label: string, idx: number, size: number, what: string, note: string): RingFact {
  const means = `Event suppression: ${what}.`;
  return { label, value: formatCount(idx), slot: slotOf(idx, size), means, note };
}

function ordinal(count: number): string {
  const names = ['first', 'second', 'third'];
  return names[count - 1] ?? `${formatCount(count)}th`;
}

function notNegotiated(label: string): RingFact {
  const means = 'VIRTIO_RING_F_EVENT_IDX was not negotiated; the flags decide.';
  return { label, value: '–', means, grade: 'unavailable' };
}

function packedSides(ring: PackedRing): readonly RingFactGroup[] {
  return [
    {
      title: 'Driver event suppression',
      facts: [suppressionFact('interrupts', ring.driverEvent, 'The driver')],
    },
    {
      title: 'Device',
      facts: [
        positionFact('avail position', ring.availSlot, ring.availWrap),
        positionFact('used position', ring.usedSlot, ring.usedWrap),
        suppressionFact('kicks', ring.deviceEvent, 'The device'),
      ],
    },
  ];
}

function positionFact(label: string, slot: number, wrap: boolean | undefined): RingFact {
  const counter = wrap === undefined ? 'not told by this source' : wrap ? '1' : '0';
  const note = wrap === undefined ? 'wrap –' : `wrap ${counter}`;
  return { label, value: formatCount(slot), means: `Wrap counter: ${counter}.`, note };
}

function suppressionFact(label: string, event: EventSuppression, who: string): RingFact {
  if (event.mode !== 'at descriptor') {
    return { label, value: event.mode, means: `${who} asks for ${label}: ${event.mode}.` };
  }
  const note = `wrap ${event.wrap ? 1 : 0}`;
  const means = `${who} asks for ${label} once slot ${event.slot} is passed with wrap counter ${event.wrap ? 1 : 0}.`;
  return { label, value: `at slot ${event.slot}`, means, note };
}

function addressFacts({ view: { addresses, packed }, regions }: Ring): RingFactGroup {
  const area = (label: string, address: bigint, means: string): RingFact => ({
    label,
    value: hexAddress(address),
    ...regionOf(address, means, regions),
  });
  return {
    title: 'Guest-physical addresses',
    facts: [
      area('descriptors', addresses.descriptor, 'Descriptor area.'),
      area(
        packed ? 'driver event' : 'avail ring',
        addresses.driver,
        'Driver area: the driver writes it.',
      ),
      area(
        packed ? 'device event' : 'used ring',
        addresses.device,
        'Device area: the device writes it.',
      ),
    ],
  };
}

/** Which part of guest memory an address lies in. */
function regionOf(
  address: bigint,
  means: string,
  regions: Ring['regions'],
): Pick<RingFact, 'means' | 'note'> {
  if (regions === undefined || address === 0n) return { means };
  const place = regions.findIndex(
    ({ guestAddress, widthBytes }) =>
      address >= guestAddress && address < guestAddress + BigInt(widthBytes),
  );
  const region = regions[place];
  if (region === undefined)
    return { means: `${means} Outside of guest memory.`, note: 'not mapped' };
  const last = region.guestAddress + BigInt(region.widthBytes) - 1n;
  const which = `region ${place + 1} of ${regions.length}`;
  const where = `${hexAddress(region.guestAddress)} to ${hexAddress(last)}, ${formatBytes(region.widthBytes)}`;
  return { means: `${means} In guest memory’s ${which}: ${where}.`, note: which };
}
